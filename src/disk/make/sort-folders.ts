import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';

/**
 * Enters every folder's entries anew, in the order of their names. A file system in memory lists entries by when they
 * were entered, and some tools write them in the order in which they are listed: after this the history of a root
 * (installed now, or taken from a cache) no longer shows. On other file systems nothing is gained and nothing lost.
 * Time stamps of folders stay.
 */
export async function sortFolders(host: Host, folder: string): Promise<void> {
  const before = await host.fs.status(folder);
  // Inside, since a rename cannot leave a mount; gone again at the end.
  const aside = await host.fs.temporaryFolder(posix.join(folder, '.order-'));
  const waiting = [folder];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    waiting.push(...(await sortFolder(host, path, aside)));
  }
  await host.fs.remove(aside);
  if (before !== undefined) await host.fs.setTime(folder, before.mtimeMs / 1000);
}

/** Returns the folders that are in it. */
async function sortFolder(host: Host, folder: string, aside: string): Promise<readonly string[]> {
  const names = (await host.fs.list(folder)).filter((name) => posix.join(folder, name) !== aside);
  const before = await host.fs.status(folder);
  // A name that is not UTF-8 cannot be spelled here: such a folder keeps its order.
  if (names.length > 1 && names.every((name) => !name.includes('\ufffd'))) {
    for (const name of names) await host.fs.rename(posix.join(folder, name), posix.join(aside, name));
    for (const name of names) await host.fs.rename(posix.join(aside, name), posix.join(folder, name));
    if (before !== undefined) await host.fs.setTime(folder, before.mtimeMs / 1000);
  }
  const found = await Promise.all(names.map(async (name) => {
    const path = posix.join(folder, name);
    return (await host.fs.status(path))?.kind === 'directory' ? [path] : [];
  }));
  return found.flat();
}
