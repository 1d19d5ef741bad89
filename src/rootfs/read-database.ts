import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { databaseArguments, parseDatabase, type PackageDatabase } from '../packages/installed.ts';
import { MANIFEST_FOLDER, parseManifest2 } from './distroless.ts';

/** Where distributions keep the RPM database; the first one that is there counts. */
const DATABASES = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];

/** Bytes: a database of 3,000 packages has some 300 MB, a list of them less than 1 MB. */
const [MOST_DATABASE, MOST_LIST] = [2 * 1024 ** 3, 16 * 1024 ** 2];

/**
 * What the database of a root that anybody made says, or else the list that an image without one leaves for scanners;
 * nothing where it has neither. The root stays as it was.
 */
export async function readForeignDatabase(host: Host, root: string): Promise<PackageDatabase> {
  const files = host.inside(root);
  for (const folder of DATABASES) {
    const database = posix.join(folder, 'rpmdb.sqlite');
    if ((await files.status(database, { follow: true }))?.kind !== 'file') continue;
    // A copy: reading writes lock and index files beside the database, and the artifact is not ours.
    const copy = await host.makeWorkFolder('database', 0);
    await files.copyOut(database, posix.join(copy, 'rpmdb.sqlite'), { limit: MOST_DATABASE });
    const { stdout } = await host.run({ tool: 'rpm', args: databaseArguments(copy), view: { write: [copy] } });
    return parseDatabase(stdout);
  }
  const list = await files.readIfPlain(posix.join(MANIFEST_FOLDER, 'container-manifest-2'), MOST_LIST);
  return { packages: list === undefined ? [] : parseManifest2(list.toString('utf8')), owners: new Map() };
}
