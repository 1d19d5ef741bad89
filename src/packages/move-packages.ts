import { HewError } from '../errors.ts';
import { canResolve, choosePackages, pinChosen, type ChosenSet, type DnfSession } from './dnf5/index.ts';
import { LOCAL_REPOSITORY } from './keys.ts';
import { checkOne } from './lock-check.ts';
import { checksumKind, type ChosenPackage, type PinnedPackage } from './lock.ts';
import { formatNevra } from './nevra.ts';
import { smallestSet } from './smallest-set.ts';

/**
 * Moves packages of these names to the builds that a resolve without a lock would take, and no other package unless
 * the solver finds no answer without: everything else stays at the build that was locked. Throws `HewError` when a
 * package that stays has other bytes than were locked.
 */
export async function movePackages(
  session: DnfSession, locked: readonly PinnedPackage[], names: readonly string[], detail: (text: string) => void,
): Promise<MovedSet> {
  detail('resolve as without a lock');
  const free = await choosePackages(session, { best: false }, detail);
  const builds = compareBuilds(locked, free.packages);
  const asked = names.filter((name) => builds.moving.includes(name));
  const others = asked.length === 0 ? [] : builds.moving.filter((name) => !names.includes(name));
  let tried = 0;
  const forced = await smallestSet(others, (chosen) => {
    tried += 1;
    detail(`what else has to move: attempt ${tried}`);
    return canResolve(session, visibleBuilds(builds, asked, chosen));
  });
  const chosen = await choosePackages(session, { only: visibleBuilds(builds, [...asked, ...forced], []) }, detail);
  const pinned = await pinChosen(session, chosen);
  const stays = new Map(locked.map((entry) => [`${formatNevra(entry)} ${entry.repository}`, entry]));
  const changed = pinned.flatMap((entry) => {
    const before = stays.get(`${formatNevra(entry)} ${entry.repository}`);
    return before === undefined || !isComparable(before, entry) ? [] : checkOne(formatNevra(entry), before, entry);
  });
  if (changed.length > 0) throw new HewError(changed);
  const packages = pinned.map((entry) => {
    const before = stays.get(`${formatNevra(entry)} ${entry.repository}`);
    return before === undefined || isComparable(before, entry) ? entry : { ...entry, checksum: before.checksum, size: before.size };
  });
  return { chosen, packages };
}

/** The owner of a repository may have gone over to another kind of digest: the lock's own stays then. */
const isComparable = (a: PinnedPackage, b: PinnedPackage): boolean => checksumKind(a.checksum) === checksumKind(b.checksum);

/** A lock's packages after some of them moved. */
export interface MovedSet {
  readonly chosen: ChosenSet;
  readonly packages: readonly PinnedPackage[];
}

interface Builds {
  readonly locked: ReadonlyMap<string, readonly ChosenPackage[]>;
  readonly free: ReadonlyMap<string, readonly ChosenPackage[]>;
  /** Names whose builds differ; those that the lock holds come first. */
  readonly moving: readonly string[];
}

function compareBuilds(locked: readonly ChosenPackage[], free: readonly ChosenPackage[]): Builds {
  const [before, after] = [byName(locked), byName(free)];
  const describe = (rows: readonly ChosenPackage[] = []): string => rows.map((row) => `${formatNevra(row)} ${row.repository}`).sort().join();
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return { locked: before, free: after, moving: names.filter((name) => describe(before.get(name)) !== describe(after.get(name))) };
}

/** RPM files beside the definition are not chosen among: they are what they are. */
const byName = (packages: readonly ChosenPackage[]): ReadonlyMap<string, readonly ChosenPackage[]> =>
  Map.groupBy(packages.filter(({ repository }) => repository !== LOCAL_REPOSITORY), ({ name }) => name);

/** What dnf5 may see: of the names that move the new builds, of those that may move both, of all others the locked ones. */
const visibleBuilds = ({ locked, free }: Builds, moved: readonly string[], either: readonly string[]): readonly ChosenPackage[] => {
  const staying = [...locked].filter(([name]) => !moved.includes(name)).flatMap(([, rows]) => rows);
  return [...staying, ...[...moved, ...either].flatMap((name) => free.get(name) ?? [])];
};
