import { closeSync, constants, fstatSync, mkdirSync, openSync, readlinkSync, type Stats } from 'node:fs';

import { HewError } from '../../errors.ts';
import { linkLoop, resolveLinks, type Component, type ComponentFound } from '../../resolve-links.ts';

/** open(2): a descriptor that names a place without opening it, so that no pipe or device is touched. */
const O_PATH = 0o10000000;
const NAME_ONLY = O_PATH | constants.O_NOFOLLOW;

/** One entry of an open folder, as a path with a single component for the kernel: `/proc/self/fd/N/NAME`. */
export const entryAt = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;

/** The file or folder of a descriptor, to be opened again: proc_pid_fd(5). */
export const reopen = (descriptor: number): string => `/proc/self/fd/${descriptor}`;

/** A place that was reached without leaving the root. */
export interface Reached {
  /** Descriptor of the folder that holds the entry; of the root itself if the path leads to it. */
  readonly folder: number;
  /** Name in that folder; `.` for the root itself. */
  readonly name: string;
  /** Names from the root to the entry, with links resolved. */
  readonly parts: readonly string[];
  /** What is there, without following it; undefined if nothing is. */
  readonly stats: Stats | undefined;
  /** `O_PATH` descriptor of the entry; undefined if nothing is there. */
  readonly entry: number | undefined;
}

export interface WalkOptions {
  /** Whether a link at the end of the path is followed. */
  readonly follow: boolean;
  /** Make missing folders above the entry, mode 0755. */
  readonly make?: boolean;
}

/**
 * Walks a path of an image component by component and passes what it reached to `use`; then closes all descriptors.
 * Opens every component on the descriptor of the folder before it, with O_NOFOLLOW, and reads and walks links as the
 * image would (resolve-links.ts). The kernel never gets a path of the machine, so there is nothing to check and no race.
 * A missing folder above gives `stats: undefined`; with `make` it is made. Throws `HewError` when links lead in a circle,
 * or something other than a folder is in the way.
 */
export function walk<T>(root: string, path: string, { follow, make = false }: WalkOptions, use: (reached: Reached) => T): T {
  const open = new Set<number>();
  const keep = (descriptor: number): number => (open.add(descriptor), descriptor);
  const drop = (descriptor: number): void => (open.delete(descriptor), closeSync(descriptor));
  const top = keep(openSync(root, O_PATH | constants.O_DIRECTORY));
  let last: Omit<Reached, 'parts'> = { folder: top, name: '.', stats: undefined, entry: undefined };
  let folder = top;
  const enter = (next: number): void => {
    if (folder !== top) drop(folder);
    folder = next;
  };
  const look = ({ above, name, isLast }: Component): ComponentFound => {
    if (above.length === 0) enter(top);
    let entry = openEntry(folder, name);
    if (entry === undefined && !isLast && make) {
      mkdirSync(entryAt(folder, name), { mode: 0o755 });
      entry = openEntry(folder, name);
    }
    last = { folder, name, stats: undefined, entry: undefined };
    if (entry === undefined) return { kind: 'missing' };
    keep(entry);
    const stats = fstatSync(entry);
    if (stats.isSymbolicLink() && (follow || !isLast)) {
      drop(entry);
      return { kind: 'link', target: readlinkSync(entryAt(folder, name)) };
    }
    if (isLast) last = { folder, name, stats, entry };
    else if (stats.isDirectory()) enter(entry);
    else if (make) throw notAFolder([...above, name]);
    return { kind: stats.isDirectory() ? 'folder' : 'other' };
  };
  try {
    const reached = resolveLinks(path, { follow, look });
    if (reached === 'loop') throw linkLoop(path);
    const { parts } = reached;
    return use(parts.length === 0 ? { folder: top, name: '.', parts, stats: fstatSync(top), entry: top } : { ...last, parts });
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

function openEntry(folder: number, name: string): number | undefined {
  try {
    return openSync(entryAt(folder, name), NAME_ONLY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

const notAFolder = (parts: readonly string[]): HewError =>
  new HewError({
    code: 'not-a-folder',
    message: `/${parts.join('/')} of the image is not a folder`,
    hint: 'a package or a script made it; look at it with --keep-root',
  });
