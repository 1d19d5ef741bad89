import { formatNevra, type Nevra } from '../nevra.ts';
import { runDnf, type DnfSession } from './session.ts';

/** The command of dnf5 that prints the whole address of packages, of a mirror where a repository has several. */
const locateCommand = (packages: readonly Nevra[]): string[] => [
  'repoquery',
  '--available',
  // A real tab: of the escapes dnf5 knows `\n` alone.
  '--queryformat=%{name}-%{evr}.%{arch}\t%{repoid}\t%{location}\\n',
  ...packages.map(formatNevra),
];

/** Where packages lie, by `REPOSITORY NEVRA`, as the metadata of their repositories says; those that are gone are left out. */
export async function locatePackages(session: DnfSession, packages: readonly Nevra[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await runDnf(session, locateCommand(packages));
  return new Map(stdout.split('\n').flatMap((line): [string, string][] => {
    const [nevra, repository, url = ''] = line.split('\t');
    return repository === undefined || url === '' ? [] : [[`${repository} ${nevra}`, url]];
  }));
}
