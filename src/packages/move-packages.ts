import { HewError, ToolError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import { dnfPaths, type DnfPaths } from './dnf5/paths.ts';
import { dnfEnvironment, dnfFiles, dnfOptions, localPaths } from './dnf5/settings.ts';
import { explainDnfFailure, readDnfFailure } from './dnf5/errors.ts';
import { withoutKeptOutGroups } from './dnf5/environments.ts';
import { LOCAL_REPOSITORY, type RepositoryKeys } from './keys.ts';
import { checkOne } from './lock-check.ts';
import type { LockedPackage } from './lock.ts';
import { formatNevra } from './nevra.ts';
import { needsNetwork, requested, resolvePackages, writeSettings, type FetchedPackages } from './dnf5/resolve.ts';
import { smallestSet } from './smallest-set.ts';

/**
 * Moves packages of these names to the builds that a resolve without a lock would take, and no other package unless
 * the solver finds no answer without: everything else stays at the build that was locked. Throws `HewError` when a
 * package that stays has other bytes than were locked.
 */
export async function movePackages(
  host: Host,
  plan: Plan,
  target: Target,
  keys: RepositoryKeys,
  locked: readonly LockedPackage[],
  names: readonly string[],
  detail: (text: string) => void,
): Promise<FetchedPackages> {
  detail('resolve as without a lock');
  const free = await resolvePackages(host, plan, target, keys, { best: false }, detail);
  const builds = compareBuilds(locked, free.lock.packages);
  const asked = names.filter((name) => builds.moving.includes(name));
  const others = asked.length === 0 ? [] : builds.moving.filter((name) => !names.includes(name));
  let tried = 0;
  const forced = await smallestSet(others, (chosen) => {
    tried += 1;
    detail(`what else has to move: attempt ${tried}`);
    return canResolve(host, plan, target, keys, visibleBuilds(builds, asked, chosen));
  });
  const result = await resolvePackages(host, plan, target, keys, { only: visibleBuilds(builds, [...asked, ...forced], []) }, detail);
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
async function canResolve(host: Host, plan: Plan, target: Target, keys: RepositoryKeys, only: readonly LockedPackage[]): Promise<boolean> {
  const paths = dnfPaths(host);
  const scratch = await host.makeWorkFolder(`scratch-${target.level}`, 0);
  // Of two builds the older one is as good an answer.
  await writeSettings(host, dnfFiles(plan, target, keys, paths, { only, best: false }));
  const wanted = await withoutKeptOutGroups(host, plan, target, paths, { root: scratch, network: needsNetwork(target) });
  const { stdout, stderr } = await host.run(
    {
      tool: 'dnf5',
      args: attemptArguments(wanted, scratch, paths),
      env: dnfEnvironment(paths),
      view: { read: [paths.settings, ...localPaths(target, paths.hewCache), ...plan.packages.local], write: [paths.cache, scratch] },
    },
    { accept: [1] },
  );
  const output = `${stdout}\n${stderr}`;
  if (output.includes('Operation aborted by the user')) return true;
  const problems = readDnfFailure(output);
  if (problems.length > 0 && problems.every(({ code }) => NO_ANSWER.includes(code))) return false;
  const failure = new ToolError(
    problems[0] ?? { code: 'tool-failed', message: 'dnf5 could not tell whether the packages fit together' },
    { commandLine: 'dnf5', stdout, stderr },
  );
  throw await explainDnfFailure(host, failure, plan, target, paths);
}

/** Arguments of a dnf5 call that resolves and goes no further. Pure. */
export const attemptArguments = (plan: Plan, root: string, paths: DnfPaths): string[] => [
  ...dnfOptions(plan, root, paths).filter((option) => option !== '--assumeyes'),
  '--assumeno',
  '--cacheonly',
  'install',
  ...requested(plan, plan.packages.local),
];
