import { HewError } from '../errors.ts';
import { canResolve, resolvePackages, type DnfSession, type FetchedPackages } from './dnf5/index.ts';
import { LOCAL_REPOSITORY } from './keys.ts';
import { checkOne } from './lock-check.ts';
import type { LockedPackage } from './lock.ts';
import { formatNevra } from './nevra.ts';
import { smallestSet } from './smallest-set.ts';

/**
 * Moves packages of these names to the builds that a resolve without a lock would take, and no other package unless
 * the solver finds no answer without: everything else stays at the build that was locked. Throws `HewError` when a
 * package that stays has other bytes than were locked.
 */
export async function movePackages(
  session: DnfSession, locked: readonly LockedPackage[], names: readonly string[], detail: (text: string) => void,
): Promise<FetchedPackages> {
  detail('resolve as without a lock');
  const free = await resolvePackages(session, { best: false }, detail);
  const builds = compareBuilds(locked, free.lock.packages);
  const asked = names.filter((name) => builds.moving.includes(name));
  const others = asked.length === 0 ? [] : builds.moving.filter((name) => !names.includes(name));
  let tried = 0;
  const forced = await smallestSet(others, (chosen) => {
    tried += 1;
    detail(`what else has to move: attempt ${tried}`);
    return canResolve(session, visibleBuilds(builds, asked, chosen));
  });
  const result = await resolvePackages(session, { only: visibleBuilds(builds, [...asked, ...forced], []) }, detail);
  const changed = result.lock.packages.flatMap((entry) => {
    const before = locked.find((one) => formatNevra(one) === formatNevra(entry) && one.repository === entry.repository);
    return before === undefined ? [] : checkOne(formatNevra(entry), before, entry);
  });
  if (changed.length > 0) throw new HewError(changed);
  return result;
}

interface Builds {
  readonly locked: ReadonlyMap<string, readonly LockedPackage[]>;
  readonly free: ReadonlyMap<string, readonly LockedPackage[]>;
  /** Names whose builds differ; those that the lock holds come first. */
  readonly moving: readonly string[];
}

function compareBuilds(locked: readonly LockedPackage[], free: readonly LockedPackage[]): Builds {
  const [before, after] = [byName(locked), byName(free)];
  const describe = (rows: readonly LockedPackage[] = []): string => rows.map((row) => `${formatNevra(row)} ${row.repository}`).sort().join();
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return { locked: before, free: after, moving: names.filter((name) => describe(before.get(name)) !== describe(after.get(name))) };
}

/** RPM files beside the definition are not chosen among: they are what they are. */
const byName = (packages: readonly LockedPackage[]): ReadonlyMap<string, readonly LockedPackage[]> =>
  Map.groupBy(packages.filter(({ repository }) => repository !== LOCAL_REPOSITORY), ({ name }) => name);

/** What dnf5 may see: of the names that move the new builds, of those that may move both, of all others the locked ones. */
const visibleBuilds = ({ locked, free }: Builds, moved: readonly string[], either: readonly string[]): readonly LockedPackage[] => {
  const staying = [...locked].filter(([name]) => !moved.includes(name)).flatMap(([, rows]) => rows);
  return [...staying, ...[...moved, ...either].flatMap((name) => free.get(name) ?? [])];
};
