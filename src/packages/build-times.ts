import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { FetchedPackages } from './dnf5/resolve.ts';

/** When the newest of the fetched packages was built, in seconds since 1970; 0 where there is none. */
export async function newestBuildTime(host: Host, { lock, folder }: FetchedPackages): Promise<number> {
  const { stdout } = await host.run({
    tool: 'rpm',
    args: [
      // Signatures are checked in a step of their own.
      '--nosignature',
      '--nodigest',
      '--query',
      '--package',
      String.raw`--queryformat=%{BUILDTIME}\n`,
      ...lock.packages.map(({ file }) => posix.join(folder, file)),
    ],
    view: { read: [folder] },
  });
  return Math.max(0, ...stdout.split('\n').map(Number));
}
