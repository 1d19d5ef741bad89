import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { databaseArguments, parseDatabase, type PackageDatabase } from '../packages/installed.ts';
import { MANIFEST_FOLDER, parseManifest2 } from './distroless.ts';
import { insideRoot } from './inside.ts';

/** Where distributions keep the RPM database; the first one that is there counts. */
const DATABASES = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];

/**
 * What the database of a root that anybody made says, or else the list that an image without one leaves for scanners;
 * nothing where it has neither. The root stays as it was.
 */
export async function readForeignDatabase(host: Host, root: string): Promise<PackageDatabase> {
  for (const folder of DATABASES) {
    const path = await insideRoot(host, root, folder, { follow: true });
    if ((await host.fs.status(posix.join(path, 'rpmdb.sqlite'))) === undefined) continue;
    // A copy: reading writes lock and index files beside the database, and the artifact is not ours.
    const copy = await host.makeWorkFolder('database', 0);
    await host.fs.copy(posix.join(path, 'rpmdb.sqlite'), posix.join(copy, 'rpmdb.sqlite'));
    const { stdout } = await host.run({ tool: 'rpm', args: databaseArguments(copy), view: { write: [copy] } });
    return parseDatabase(stdout);
  }
  const list = await insideRoot(host, root, posix.join(MANIFEST_FOLDER, 'container-manifest-2'), { follow: true });
  const isFile = (await host.fs.status(list))?.kind === 'file';
  return { packages: isFile ? parseManifest2(await host.fs.readText(list)) : [], owners: new Map() };
}
