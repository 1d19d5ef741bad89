import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { insideRoot } from './inside.ts';

export interface RootFile {
  /** Absolute path inside the image. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Writes a file into a root, never following a link out of it; what stood there is replaced, not written through. */
export async function writeInRoot(host: Host, root: string, file: RootFile): Promise<void> {
  const place = await prepare(host, root, file.path);
  await host.fs.write(place, file.content, { mode: file.mode ?? 0o644 });
  await host.fs.setOwner(place, file.uid ?? 0, file.gid ?? 0);
}

/** Makes a symbolic link in a root, replacing what stood there. */
export async function linkInRoot(host: Host, root: string, path: string, target: string): Promise<void> {
  await host.fs.symlink(target, await prepare(host, root, path));
}

/** Folders above the path are made where they are missing; the path itself is free afterwards. */
async function prepare(host: Host, root: string, path: string): Promise<string> {
  const folder = await insideRoot(host, root, posix.dirname(path), { follow: true });
  await host.fs.makeFolder(folder);
  const place = posix.join(folder, posix.basename(path));
  if ((await host.fs.status(place))?.kind !== 'directory') await host.fs.remove(place);
  return place;
}
