import { HewError, ToolError } from '../errors.ts';
import { explainDnfFailure, readDnfFailure } from './dnf5/errors.ts';
import { withoutKeptOutGroups } from './dnf5/environments.ts';
import { runDnf, type DnfSession } from './dnf5/session.ts';
import { LOCAL_REPOSITORY } from './keys.ts';
import { checkOne } from './lock-check.ts';
import type { LockedPackage } from './lock.ts';
import { formatNevra } from './nevra.ts';
import { requested, resolvePackages, type FetchedPackages } from './dnf5/resolve.ts';
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

/** Failures that say that there is no answer, and not that the question could not be asked. */
const NO_ANSWER = ['conflict', 'package-excluded', 'package-not-found'];

/** Whether what the plan asks for can be had from these builds alone. Fetches nothing: metadata is at hand by now. */
async function canResolve(session: DnfSession, only: readonly LockedPackage[]): Promise<boolean> {
  const { local } = session.plan.packages;
  const wanted = await withoutKeptOutGroups(session);
  const { stdout, stderr } = await runDnf(session, ['install', ...requested(wanted, local)], {
    // Of two builds the older one is as good an answer.
    visible: { only, best: false }, cacheOnly: true, attempt: true, read: local,
  });
  const output = `${stdout}\n${stderr}`;
  if (output.includes('Operation aborted by the user')) return true;
  const problems = readDnfFailure(output);
  if (problems.length > 0 && problems.every(({ code }) => NO_ANSWER.includes(code))) return false;
  const failure = new ToolError(
    problems[0] ?? { code: 'tool-failed', message: 'dnf5 could not tell whether the packages fit together' },
    { commandLine: 'dnf5', stdout, stderr },
  );
  throw await explainDnfFailure(session, failure);
}
