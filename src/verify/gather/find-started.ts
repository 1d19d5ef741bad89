import { posix } from 'node:path';

import { whileOpen } from '../../byte-source.ts';
import type { Host } from '../../host/port.ts';
import { kernelArchitecture } from '../../readers/kernel-image.ts';
import type { WrittenEntry } from './boot-entries.ts';
import type { FileInside } from './initrd.ts';

export interface StartLocations {
  readonly host: Host;
  /** Folder with a copy of the ESP. */
  readonly esp: string | undefined;
  readonly root: string | undefined;
}

/** The file that an entry names, where its loader finds it; undefined if it does not exist. */
export async function findStarted({ host, esp, root }: StartLocations, from: string, path: string): Promise<FileInside | undefined> {
  const isOnEsp = from.startsWith('ESP:');
  const folder = isOnEsp ? esp : root;
  if (folder === undefined) return undefined;
  const inside = host.inside(folder);
  for (const candidate of isOnEsp ? await withCase(host, folder, path) : asSeenByGrub(path)) {
    if ((await inside.status(candidate, { follow: true }))?.kind === 'file') return { files: inside, path: candidate };
  }
  return undefined;
}

/** FAT ignores case. */
async function withCase(host: Host, esp: string, path: string): Promise<readonly string[]> {
  const wanted = path.replace(/^\/+/, '').toLowerCase();
  return (await filesBelow(host, esp)).filter((file) => file.toLowerCase() === wanted);
}

/** GRUB sees a file system from its top: that of /boot, that of the root, or for btrfs the parent of all subvolumes. */
const asSeenByGrub = (path: string): readonly string[] => {
  const rooted = posix.join('/', path);
  return [rooted, posix.join('/boot', rooted), rooted.replace(/^\/[^/]+/, ''), posix.join('/boot', rooted.replace(/^\/[^/]+/, ''))].filter((one) => one !== '' && one !== '/boot');
};

export async function filesBelow(host: Host, folder: string | undefined): Promise<readonly string[]> {
  const paths: string[] = [];
  if (folder === undefined) return paths;
  await host.inside(folder).tree().visit(({ path, kind }) => {
    if (kind === 'file') paths.push(path.slice(1));
  });
  return paths.toSorted();
}

/** Why an entry starts no kernel; empty if it does. */
export async function entryFaults(locations: StartLocations, { from, kind, kernel, initrd }: WrittenEntry): Promise<readonly string[]> {
  if (kind === 'uki') return [];
  if (kernel === undefined) return [`${from} names no kernel`];
  const found = await findStarted(locations, from, kernel);
  const isMissing = initrd !== undefined && (await findStarted(locations, from, initrd)) === undefined;
  return [
    ...(found === undefined ? [`${from} names ${kernel}, which does not exist`] : []),
    ...(found !== undefined && whileOpen(found.files.openBytes(found.path), kernelArchitecture) === undefined ? [`${from} names ${kernel}, which is not a kernel`] : []),
    ...(isMissing ? [`${from} names ${initrd}, which does not exist`] : []),
  ];
}
