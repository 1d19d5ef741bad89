import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import type { Nevra } from './nevra.ts';

/** A package as the image's own database knows it. */
export interface InstalledPackage extends Nevra {
  /** Bytes of its files. */
  readonly size: number;
  readonly license: string;
  readonly sourceRpm: string;
  readonly vendor: string;
  /** Seconds since 1970. */
  readonly buildTime: number;
}

/** What a root's database says. */
export interface PackageDatabase {
  readonly packages: readonly InstalledPackage[];
  /** Names of packages by the paths that they own. */
  readonly owners: ReadonlyMap<string, string>;
}

const FIELDS = ['NAME', 'EPOCH', 'VERSION', 'RELEASE', 'ARCH', 'LONGSIZE', 'LICENSE', 'SOURCERPM', 'VENDOR', 'BUILDTIME'];

/** Apart by the unit separator, which no field of a package holds. */
const QUERY = `P\x1f${FIELDS.map((field) => `%{${field}}`).join('\x1f')}\n[F\x1f%{=NAME}\x1f%{FILENAMES}\n]`;

/** Arguments of rpm(8) that print a root's packages, and behind each one its files. Pure. */
export const databaseArguments = (database: string): string[] => [
  `--dbpath=${database}`,
  '--query',
  '--all',
  `--queryformat=${QUERY}`,
];

/** Reads the package database of a root, sorted by name. Keys that were imported into it are not packages. */
export async function readDatabase(host: Host, plan: Plan, root: string): Promise<PackageDatabase> {
  const database = posix.join(root, plan.distribution.dbpath);
  const { stdout } = await host.run({
    tool: 'rpm',
    args: databaseArguments(database),
    // rpm makes lock and index files beside the database even to read it.
    view: { write: [database] },
  });
  return parseDatabase(stdout);
}

/** Reads what `databaseArguments` prints. Pure. */
export function parseDatabase(output: string): PackageDatabase {
  const packages: InstalledPackage[] = [];
  const owners = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [kind, name = '', ...rest] = line.split('\x1f');
    if (kind === 'F') owners.set(rest.join('\x1f'), name);
    else if (kind === 'P' && name !== 'gpg-pubkey') packages.push(toPackage(name, rest));
  }
  return { packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)), owners };
}

function toPackage(name: string, fields: readonly string[]): InstalledPackage {
  const [epoch = '', version = '', release = '', arch = '', size, license = '', sourceRpm = '', vendor = '', buildTime] =
    fields.map((value) => (value === '(none)' ? '' : value));
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
