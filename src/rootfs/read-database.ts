import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { readDatabase } from '../packages/installed.ts';
import type { PackageDatabase } from '../packages/read-packages.ts';
import { MANIFEST_FOLDER, parseManifest2 } from './distroless.ts';

/** Where distributions keep the RPM database; the first existing one counts. */
const DATABASES = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];

/** Bytes: a list of 3,000 packages has less than 1 MB. */
const MOST_LIST = 16 * 1024 ** 2;

/**
 * The packages of a foreign root: from its database, or else from the list that an image without one has for scanners;
 * nothing if it has neither. The root is not changed.
 */
export async function readForeignDatabase(host: Host, root: string): Promise<PackageDatabase> {
  for (const folder of DATABASES) {
    const database = await readDatabase(host, root, folder);
    if (database !== undefined) return database;
  }
  const list = await host.inside(root).readIfPlain(posix.join(MANIFEST_FOLDER, 'container-manifest-2'), MOST_LIST);
  return { packages: list === undefined ? [] : parseManifest2(list.toString('utf8')), owners: new Map(), records: new Map() };
}
