import type { Host } from '../../host/port.ts';
import type { Plan, Target } from '../../plan/types.ts';
import type { DnfPaths } from './paths.ts';
import { dnfEnvironment, dnfOptions, localPaths } from './settings.ts';
import type { LockedPackage } from '../lock.ts';
import { formatNevra } from '../nevra.ts';

/** Arguments of the dnf5 call that tells where packages lie in their repositories, and what they were built from. Pure. */
export const locateArguments = (plan: Plan, packages: readonly LockedPackage[], root: string, paths: DnfPaths): string[] => [
  ...dnfOptions(plan, root, paths),
  'repoquery',
  '--available',
  // A real tab: of the escapes dnf5 knows `\n` alone.
  '--queryformat=%{name}-%{evr}.%{arch}\t%{repoid}\t%{location}\t%{sourcerpm}\\n',
  ...packages.map(formatNevra),
];

/** Adds to locked packages where they lie and their source packages, as the metadata that they were resolved from says. */
export async function locatePackages(
  host: Host,
  plan: Plan,
  target: Target,
  packages: readonly LockedPackage[],
  paths: DnfPaths,
  network: boolean,
): Promise<readonly LockedPackage[]> {
  const root = await host.makeWorkFolder(`scratch-${target.level}`, 0);
  const { stdout } = await host.run({
    tool: 'dnf5',
    args: locateArguments(plan, packages, root, paths),
    env: dnfEnvironment(paths),
    view: { network, read: [paths.settings, ...localPaths(target, paths.hewCache)], write: [paths.cache, root] },
  });
  const rows = new Map(stdout.split('\n').map((line): [string, readonly string[]] => {
    const [nevra = '', repository = '', ...rest] = line.split('\t');
    return [`${nevra} ${repository}`, rest];
  }));
  return packages.map((entry) => {
    const [url = '', sourceRpm = ''] = rows.get(`${formatNevra(entry)} ${entry.repository}`) ?? [];
    const location = withinRepository(url, addressesOf(plan, target, entry.repository, paths));
    return { ...entry, ...(location === '' ? {} : { location }), ...(sourceRpm === '' ? {} : { sourceRpm }) };
  });
}

/** The addresses of a repository with every variable in its place. */
function addressesOf(plan: Plan, target: Target, repository: string, paths: DnfPaths): readonly string[] {
  const urls = target.repositories.find(({ settings }) => settings.id === repository)?.settings.baseurl ?? [];
  return urls.map((url) => expandUrl(plan, target, url, paths).replace(/\/*$/, '/'));
}

/** An address with every variable that hew or dnf5 knows in its place. Pure. */
export function expandUrl({ distribution: { releasever, vars } }: Plan, target: Target, url: string, { hewCache }: DnfPaths): string {
  const values: Readonly<Record<string, string>> = {
    ...vars, arch: target.arch, basearch: target.arch, releasever, cachedir: hewCache, ...target.vars,
  };
  return url.replaceAll(/\$\{?(\w+)\}?/g, (all, name: string) => values[name] ?? all);
}

/**
 * The part of a package's address that every mirror shares: a lock must not depend on where it was made. With a
 * metalink, whose addresses hew does not know, that is the file name. Pure.
 */
export function withinRepository(url: string, addresses: readonly string[]): string {
  const address = addresses.find((prefix) => url.startsWith(prefix));
  return address === undefined ? url.slice(url.lastIndexOf('/') + 1) : url.slice(address.length);
}
