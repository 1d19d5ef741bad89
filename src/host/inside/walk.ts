import { closeSync, constants, fstatSync, mkdirSync, openSync, readlinkSync, type Stats } from 'node:fs';

import { HewError } from '../../errors.ts';

/** As many links as Linux itself follows in one path: path_resolution(7). */
const MAX_LINKS = 40;

/** Components of a path, those of links included: more than PATH_MAX has room for. */
const MAX_STEPS = 8192;

/** open(2): a descriptor that names a place and opens nothing, so that no pipe or device is touched. */
const O_PATH = 0o10000000;
const NAME_ONLY = O_PATH | constants.O_NOFOLLOW;

/** One entry of an open folder, named so that the kernel walks no other component: `/proc/self/fd/N/NAME`. */
export const entryAt = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;

/** The file or folder that a descriptor holds, to be opened again: proc_pid_fd(5). */
export const reopen = (descriptor: number): string => `/proc/self/fd/${descriptor}`;

/** A place that was reached without leaving the root. */
export interface Reached {
  /** Descriptor of the folder that holds the entry; of the root itself where the path leads to that. */
  readonly folder: number;
  /** Name in that folder; `.` for the root itself. */
  readonly name: string;
  /** Names from the root to the entry, free of links. */
  readonly parts: readonly string[];
  /** What is there, not followed; undefined when nothing is. */
  readonly stats: Stats | undefined;
  /** `O_PATH` descriptor of the entry; undefined when nothing is there. */
  readonly entry: number | undefined;
}

export interface WalkOptions {
  /** Whether a link at the end of the path is followed. */
  readonly follow: boolean;
  /** Make the folders above the entry where they are missing, mode 0755. */
  readonly make?: boolean;
}

/**
 * Walks a path of an image component by component and hands what it reached to `use`; all descriptors are closed
 * afterwards. Every component is opened on the descriptor of the folder before it, with O_NOFOLLOW, and links are read
 * and walked as the image would (openat2(2), RESOLVE_IN_ROOT): an absolute one starts at the root, `..` never leaves
 * it. No path of the machine is ever handed to the kernel, so there is nothing to check and no race to lose.
 * A folder above that is missing gives `stats: undefined`; with `make` it is made.
 * Throws `HewError` when links go round in circles, or where a folder is needed and something else stands there.
 */
export function walk<T>(root: string, path: string, { follow, make = false }: WalkOptions, use: (reached: Reached) => T): T {
  const open = new Set<number>();
  const hold = (descriptor: number): number => (open.add(descriptor), descriptor);
  const drop = (descriptor: number): void => (open.delete(descriptor), closeSync(descriptor));
  const top = hold(openSync(root, O_PATH | constants.O_DIRECTORY));
  try {
    let pending = partsOf(path);
    let parts: string[] = [];
    let folder = top;
    let links = 0;
    // Back to the root: what is pending is walked anew from there.
    const restart = (again: readonly string[]): void => {
      if (folder !== top) drop(folder);
      [folder, parts, pending] = [top, [], [...again]];
    };
    for (let steps = 0; ; steps += 1) {
      if (steps > MAX_STEPS) throw loop(path);
      const name = pending.shift();
      if (name === undefined) return use({ folder: top, name: '.', parts: [], stats: fstatSync(top), entry: top });
      if (name === '..') {
        restart([...parts.slice(0, -1), ...pending]);
        continue;
      }
      const isLast = pending.length === 0;
      let entry = openEntry(folder, name);
      if (entry === undefined && !isLast && make) {
        mkdirSync(entryAt(folder, name), { mode: 0o755 });
        entry = openEntry(folder, name);
      }
      const reached = [...parts, name];
      if (entry === undefined) return use({ folder, name, parts: [...reached, ...pending], stats: undefined, entry });
      hold(entry);
      const stats = fstatSync(entry);
      if (stats.isSymbolicLink() && (follow || !isLast)) {
        links += 1;
        if (links > MAX_LINKS) throw loop(path);
        const target = readlinkSync(entryAt(folder, name));
        drop(entry);
        if (target.startsWith('/')) restart([...partsOf(target), ...pending]);
        else pending = [...partsOf(target), ...pending];
        continue;
      }
      if (isLast) return use({ folder, name, parts: reached, stats, entry });
      if (!stats.isDirectory()) {
        if (make) throw notAFolder(reached);
        return use({ folder, name, parts: [...reached, ...pending], stats: undefined, entry: undefined });
      }
      if (folder !== top) drop(folder);
      [folder, parts] = [entry, reached];
    }
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

function openEntry(folder: number, name: string): number | undefined {
  try {
    return openSync(entryAt(folder, name), NAME_ONLY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

const loop = (path: string): HewError =>
  new HewError({
    code: 'link-loop',
    message: `${path} leads round in circles of symbolic links inside the image`,
    hint: 'a package or a script made those links; look at them with --keep-root',
  });

const notAFolder = (parts: readonly string[]): HewError =>
  new HewError({
    code: 'not-a-folder',
    message: `/${parts.join('/')} of the image is not a folder`,
    hint: 'a package or a script made it; look at it with --keep-root',
  });
