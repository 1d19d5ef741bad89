import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { FetchedPackages } from './dnf5/index.ts';
import { formatNevra, type Nevra } from './nevra.ts';
import { readPackages, type PackageDatabase } from './read-packages.ts';

const FIELDS = [
  'NAME', 'EPOCH', 'VERSION', 'RELEASE', 'ARCH', 'LONGSIZE', 'LICENSE', 'SOURCERPM', 'VENDOR', 'BUILDTIME', 'SHA256HEADER', 'SIGMD5',
];
const FILE_FIELDS = ['FILENAMES', 'FILEDIGESTS', 'FILEMODES', 'FILELINKTOS', 'FILEUSERNAME', 'FILEGROUPNAME'];

const fields = (names: readonly string[]): string => names.map((name) => `%{${name}}`).join('\x1f');

/** Apart by the unit separator, which no field of a package holds. Behind each package come its files. */
const QUERY = `P\x1f${fields(FIELDS)}\n[F\x1f${fields(FILE_FIELDS)}\n]`;

/** Arguments of rpm(8) that print the packages of a database, and behind each one its files. */
export const databaseArguments = (database: string): string[] => [`--dbpath=${database}`, '--query', '--all', `--queryformat=${QUERY}`];

/** Where rpm keeps its SQLite database, in its folder. */
const DATABASE_FILE = 'rpmdb.sqlite';

/** Bytes: a database of 3,000 packages has some 300 MB. */
const MOST_DATABASE = 2 * 1024 ** 3;

/**
 * Reads the package database in a folder of a root; undefined where there is none, or where it is not a plain file.
 * rpm is given a copy: it makes lock and index files beside a database that it reads, and the folder may be a link of
 * the image to anywhere.
 */
export async function readDatabase(host: Host, root: string, folder: string): Promise<PackageDatabase | undefined> {
  const image = host.inside(root);
  const database = posix.join('/', folder, DATABASE_FILE);
  if ((await image.status(database))?.kind !== 'file') return undefined;
  const copy = await host.makeWorkFolder('database', 0);
  await image.copyOut(database, posix.join(copy, DATABASE_FILE), { follow: false, limit: MOST_DATABASE });
  // Keys that were imported into it are no packages.
  const isPackage = ({ name, arch }: Nevra): boolean => name !== 'gpg-pubkey' || arch !== '';
  return host.piped({ tool: 'rpm', args: databaseArguments(copy), view: { write: [copy] } }, (output) => readPackages(output, isPackage));
}

/** The same without packages of these names. Paths keep their owners. */
export function withoutPackages({ packages, owners, records }: PackageDatabase, names: readonly string[]): PackageDatabase {
  const kept = packages.filter(({ name }) => !names.includes(name));
  const nevras = new Set(kept.map(formatNevra));
  return { packages: kept, owners, records: new Map([...records].filter(([nevra]) => nevras.has(nevra))) };
}

/** Reads the headers of fetched packages. Their signatures are checked in a step of its own. */
export async function readHeaders(host: Host, { lock, folder }: FetchedPackages): Promise<PackageDatabase> {
  const files = lock.packages.map(({ file }) => posix.join(folder, file));
  if (files.length === 0) return { packages: [], owners: new Map(), records: new Map() };
  return host.piped({
    tool: 'rpm',
    args: ['--nosignature', '--nodigest', '--query', '--package', `--queryformat=${QUERY}`, ...files],
    view: { read: [folder] },
  }, (output) => readPackages(output));
}
