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

const FIELDS = ['NAME', 'EPOCH', 'VERSION', 'RELEASE', 'ARCH', 'LONGSIZE', 'LICENSE', 'SOURCERPM', 'VENDOR', 'BUILDTIME'];

/** Arguments of rpm(8) that list a root's packages, one a line, fields apart by the unit separator. Pure. */
export const listArguments = (database: string): string[] => [
  `--dbpath=${database}`,
  '--query',
  '--all',
  `--queryformat=${FIELDS.map((field) => `%{${field}}`).join('\x1f')}\n`,
];

/** Reads the package database of a root, sorted by name. Keys that were imported into it are not packages. */
export async function listInstalled(host: Host, plan: Plan, root: string): Promise<readonly InstalledPackage[]> {
  const database = posix.join(root, plan.distribution.dbpath);
  const { stdout } = await host.run({
    tool: 'rpm',
    args: listArguments(database),
    // rpm makes lock and index files beside the database even to read it.
    view: { write: [database] },
  });
  return parseInstalled(stdout);
}

/** Reads what `listArguments` prints. Pure. */
export function parseInstalled(output: string): readonly InstalledPackage[] {
  return output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('gpg-pubkey\x1f'))
    .map((line) => {
      const field = line.split('\x1f').map((value) => (value === '(none)' ? '' : value));
      const [name = '', epoch = '', version = '', release = '', arch = '', size, license = '', sourceRpm = '', vendor = '', buildTime] = field;
      const evr = `${epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}-${release}`;
      return { name, evr, arch, size: Number(size), license, sourceRpm, vendor, buildTime: Number(buildTime) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
