import { findLag, type AvailablePackage, type LagReport } from '../../isa/lag.ts';
import type { Host } from '../../host/port.ts';
import type { Plan, Target } from '../../plan/types.ts';
import type { DnfPaths } from './paths.ts';
import { dnfEnvironment, dnfOptions, localPaths } from './settings.ts';

const FIELDS = ['name', 'evr', 'arch', 'repoid'] as const;

/** Arguments of the dnf5 call that lists every package of every repository. Pure. */
export const availableArguments = (plan: Plan, root: string, paths: DnfPaths): string[] => [
  ...dnfOptions(plan, root, paths),
  'repoquery',
  '--available',
  // A real tab: of the escapes dnf5 knows `\n` alone.
  `--queryformat=${FIELDS.map((field) => `%{${field}}`).join('\t')}\\n`,
];

/**
 * Finds the packages whose builds for the target's level lag behind a baseline build, which libsolv by itself would
 * prefer in a repository of labelled packages. A baseline target has none.
 */
export async function findLags(
  host: Host,
  plan: Plan,
  target: Target,
  paths: DnfPaths,
  network: boolean,
): Promise<LagReport> {
  if (target.level === 'baseline') return { lags: [], excludes: [] };
  const root = await host.makeWorkFolder(`scratch-${target.level}`, 0);
  const { stdout } = await host.run({
    tool: 'dnf5',
    args: availableArguments(plan, root, paths),
    env: dnfEnvironment(paths),
    view: { network, read: [paths.settings, ...localPaths(target, paths.hewCache)], write: [paths.cache, root] },
  });
  return findLag(parseAvailable(stdout, target), { architecture: target.arch, level: target.level });
}

/** Reads what `availableArguments` prints. Pure. */
export function parseAvailable(output: string, target: Pick<Target, 'repositories'>): readonly AvailablePackage[] {
  const levels = new Map(target.repositories.map(({ settings }) => [settings.id, settings.level]));
  return output.split('\n').flatMap((line) => {
    const [name, evr, arch, repoid] = line.split('\t');
    if (name === undefined || evr === undefined || arch === undefined || repoid === undefined) return [];
    return [{ name, evr, arch, repoid, level: levels.get(repoid) }];
  });
}
