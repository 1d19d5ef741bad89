import { closeSync, constants, fstatSync, mkdirSync, openSync, readlinkSync, type Stats } from 'node:fs';

import { HewError } from '../../errors.ts';

/** As many links as Linux itself follows in one path: path_resolution(7). */
const MAX_LINKS = 40;

/** Components of a path, including those of links: more than fit into PATH_MAX. */
const MAX_STEPS = 8192;

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
 * image would (openat2(2), RESOLVE_IN_ROOT): an absolute link starts at the root, `..` never leaves it. The kernel
 * never gets a path of the machine, so there is nothing to check and no race. A missing folder above gives `stats:
 * undefined`; with `make` it is made. Throws `HewError` when links lead in a circle, or something other than a folder
 * is in the way.
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
    // Back to the root: the pending components are walked again from there.
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
    message: `${path} leads in a circle of symbolic links inside the image`,
    hint: 'a package or a script made those links; look at them with --keep-root',
  });

const notAFolder = (parts: readonly string[]): HewError =>
  new HewError({
    code: 'not-a-folder',
    message: `/${parts.join('/')} of the image is not a folder`,
    hint: 'a package or a script made it; look at it with --keep-root',
  });
