import { posix } from 'node:path';

import { digestOf, type Digest } from '../digest.ts';
import type { Host } from '../host/port.ts';
import type { FetchedPackages } from './dnf5/resolve.ts';
import { formatNevra, type Nevra } from './nevra.ts';

/** A package as its header describes it. */
export interface InstalledPackage extends Nevra {
  /** Bytes of its files. */
  readonly size: number;
  readonly license: string;
  readonly sourceRpm: string;
  readonly vendor: string;
  /** Seconds since 1970. */
  readonly buildTime: number;
}

/** What a package database, or a set of RPM files, says. */
export interface PackageDatabase {
  /** Sorted by name. */
  readonly packages: readonly InstalledPackage[];
  /** Names of packages by the paths that they own. */
  readonly owners: ReadonlyMap<string, string>;
  /** Digest of all that was read of each package, by NEVRA: fields, digests of its header, and its files. */
  readonly records: ReadonlyMap<string, Digest>;
}

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
  const { stdout } = await host.run({ tool: 'rpm', args: databaseArguments(copy), view: { write: [copy] } });
  // Keys that were imported into it are no packages.
  return parsePackages(stdout, ({ name, arch }) => name !== 'gpg-pubkey' || arch !== '');
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
  const { stdout } = await host.run({
    tool: 'rpm',
    args: ['--nosignature', '--nodigest', '--query', '--package', `--queryformat=${QUERY}`, ...files],
    view: { read: [folder] },
  });
  return parsePackages(stdout);
}

/** Reads what `QUERY` prints. */
export function parsePackages(output: string, isPackage: (nevra: Nevra) => boolean = () => true): PackageDatabase {
  const packages: InstalledPackage[] = [];
  const owners = new Map<string, string>();
  const lines = new Map<string, string[]>();
  let current: { readonly name: string; readonly lines: string[] } | undefined;
  for (const line of output.split('\n')) {
    const [kind, ...values] = line.split('\x1f');
    if (kind === 'P') {
      const entry = toPackage(values);
      const nevra = formatNevra(entry);
      current = isPackage(entry) ? { name: entry.name, lines: lines.get(nevra) ?? [] } : undefined;
      if (current === undefined) continue;
      packages.push(entry);
      lines.set(nevra, current.lines);
    } else if (kind === 'F' && current !== undefined) owners.set(values[0] ?? '', current.name);
    current?.lines.push(line);
  }
  return {
    packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
    owners,
    records: new Map([...lines].map(([nevra, all]) => [nevra, digestOf(all.join('\n').trimEnd())])),
  };
}

function toPackage(values: readonly string[]): InstalledPackage {
  const [name = '', epoch = '', version = '', release = '', arch = '', size, license = '', sourceRpm = '', vendor = '', buildTime] =
    values.map((value) => (value === '(none)' ? '' : value));
  return {
    name,
    evr: `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`,
    arch,
    size: Number(size),
    license,
    sourceRpm,
    vendor,
    buildTime: Number(buildTime),
  };
}
