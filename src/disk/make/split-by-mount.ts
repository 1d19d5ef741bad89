import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import type { IdentifiedPartition } from '../layout/identify.ts';
import { clampTimes } from './clamp-times.ts';

/** A root whose parts can be moved out of it, and back. */
export interface SplitRoot {
  /**
   * Moves what lies below other mount points and subvolumes out of the root, each into a folder of its own: file system
   * makers take whole folders. Inside the workspace these are renames. The mount points stay, empty, with their owners
   * and labels, and the new folders get the same. Returns the folders by mount point.
   */
  split(partitions: readonly IdentifiedPartition[]): Promise<ReadonlyMap<string, string>>;
  /** Puts everything back, so that the root is whole again, with no time stamp younger than its epoch. */
  restore(): Promise<void>;
}

interface Move {
  readonly from: string;
  readonly to: string;
}

/** A root that is to be split by mount points. Whoever opens one puts it back, whatever fails. */
export function splitByMount(host: Host, root: Pick<Root, 'path' | 'epoch'>): SplitRoot {
  const moves: Move[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    // Noted before it is done: a move that was cut short is put back as far as it went.
    moves.push({ from, to });
    await moveContent(host, { from, to });
  };
  return {
    split: async (partitions) => {
      const folders = new Map<string, string>();
      const apart = await host.makeWorkFolder('file-systems', 0);
      const mounted = partitions.filter(({ mount }) => mount.startsWith('/'));
      for (const { number, mount } of [...mounted].sort((a, b) => depth(b.mount) - depth(a.mount))) {
        const folder = mount === '/' ? root.path : posix.join(apart, String(number));
        if (mount !== '/') await move(await inRoot(host, root.path, mount), folder);
        folders.set(mount, folder);
      }
      for (const partition of mounted.filter(({ settings }) => settings.subvolumes.length > 0)) {
        folders.set(partition.mount, await arrangeSubvolumes(partition, { host, folders, top: posix.join(apart, `${partition.number}-top`), move }));
      }
      for (const folder of folders.values()) await clampTimes(host, folder, root.epoch);
      return folders;
    },
    restore: async () => {
      const done = moves.splice(0);
      for (const { from, to } of done.toReversed()) await moveContent(host, { from: to, to: from });
      if (done.length > 0) await clampTimes(host, root.path, root.epoch);
    },
  };
}

const depth = (path: string): number => (path === '/' ? 0 : path.split('/').length);

interface Arrangement {
  readonly host: Host;
  readonly folders: ReadonlyMap<string, string>;
  /** Folder that is made. */
  readonly top: string;
  readonly move: (from: string, to: string) => Promise<void>;
}

/** A folder with one folder a subvolume, and beside them what is in none. */
async function arrangeSubvolumes(
  { mount, settings }: IdentifiedPartition,
  { host, folders, top, move }: Arrangement,
): Promise<string> {
  const content = folders.get(mount) ?? '';
  const deepestFirst = [...settings.subvolumes].sort((a, b) => depth(b.mount) - depth(a.mount));
  for (const { name, mount: target } of deepestFirst) {
    await move(await inRoot(host, content, posix.relative(mount, target)), posix.join(top, name));
  }
  if (settings.subvolumes.every((one) => one.mount !== mount)) await move(content, top);
  return top;
}

/** Where a mount point of a root really lies, made where it is missing: tools follow the links that hew does not. */
async function inRoot(host: Host, root: string, path: string): Promise<string> {
  const files = host.inside(root);
  await files.makeFolder(path);
  return files.locate(path);
}

/** Moves all entries of a folder, hidden ones too, and gives the new folder the attributes of the old. */
async function moveContent(host: Host, { from, to }: Move): Promise<void> {
  await host.fs.makeFolder(to);
  // One view of the whole workspace: between two binds not even a rename is possible.
  const view = { write: [host.paths.work] };
  await host.run({
    tool: 'find',
    args: [from, '-mindepth', '1', '-maxdepth', '1', '-exec', 'mv', '--no-clobber', '--target-directory', to, '{}', '+'],
    view,
  });
  await host.run({ tool: 'cp', args: ['--archive', '--no-target-directory', from, to], view });
}
