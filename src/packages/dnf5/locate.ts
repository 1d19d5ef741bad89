import { runDnf, type DnfSession } from './session.ts';
import type { LockedPackage } from '../lock.ts';
import { formatNevra } from '../nevra.ts';
import { expandVariables, repositoryVariables } from '../repository-variables.ts';

/** The dnf5 command that prints the location of packages in their repositories, and their source packages. */
const locateCommand = (packages: readonly LockedPackage[]): string[] => [
  'repoquery',
  '--available',
  // A real tab: of the escapes dnf5 knows `\n` alone.
  '--queryformat=%{name}-%{evr}.%{arch}\t%{repoid}\t%{location}\t%{sourcerpm}\\n',
  ...packages.map(formatNevra),
];

/** Adds to locked packages where they lie and their source packages, as the metadata of their repositories says. */
export async function locatePackages(session: DnfSession, packages: readonly LockedPackage[]): Promise<readonly LockedPackage[]> {
  const { stdout } = await runDnf(session, locateCommand(packages));
  const rows = new Map(stdout.split('\n').map((line): [string, readonly string[]] => {
    const [nevra = '', repository = '', ...rest] = line.split('\t');
    return [`${nevra} ${repository}`, rest];
  }));
  return packages.map((entry) => {
    const [url = '', sourceRpm = ''] = rows.get(`${formatNevra(entry)} ${entry.repository}`) ?? [];
    const location = withinRepository(url, addressesOf(session, entry.repository));
    return { ...entry, ...(location === '' ? {} : { location }), ...(sourceRpm === '' ? {} : { sourceRpm }) };
  });
}

/** The addresses of a repository with every variable in its place. */
function addressesOf({ plan, target, paths }: DnfSession, repository: string): readonly string[] {
  const urls = target.repositories.find(({ settings }) => settings.id === repository)?.settings.baseurl ?? [];
  const variables = repositoryVariables(plan, target, paths.hewCache);
  return urls.map((url) => expandVariables(url, variables).replace(/\/*$/, '/'));
}

/**
 * The part of a package's address that every mirror shares: a lock must not depend on where it was made. With a
 * metalink, whose addresses hew does not know, that is the file name.
 */
export function withinRepository(url: string, addresses: readonly string[]): string {
  const address = addresses.find((prefix) => url.startsWith(prefix));
  return address === undefined ? url.slice(url.lastIndexOf('/') + 1) : url.slice(address.length);
}
