import { posix } from 'node:path';

import type { RootIndex } from '../root-index.ts';
import type { InitrdEntry } from './cpio.ts';

/** What goes into an initrd, gathered from the names of a root: every folder and link on the way comes along. */
export interface Collection {
  /** Takes a file, link or whole folder of the root at the same place; false when it is not there. */
  take(path: string): boolean;
  /** Takes a single name: of a folder only itself, of a link only itself and the folders above. */
  takeOnly(path: string): boolean;
  /** Adds what is in no package; replaces what was taken from the root. */
  add(entry: InitrdEntry): void;
  /** Absolute paths in the root, free of links, of all files taken so far. */
  readonly files: () => readonly string[];
  /** Everything, with the modes that `modeOf` returns for files and folders of the root. */
  entries(modeOf: (path: string) => Promise<number>): Promise<readonly InitrdEntry[]>;
}

/** An empty collection over a root. */
export function collect(index: RootIndex): Collection {
  const taken = new Map<string, 'file' | 'directory' | { readonly target: string }>();
  const own = new Map<string, InitrdEntry>();
  const parents = (path: string): void => {
    for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
      if (!taken.has(folder)) taken.set(folder, 'directory');
    }
  };
  const put = (path: string, what: 'file' | 'directory' | { readonly target: string }): void => {
    if (path === '/') return;
    taken.set(path, what);
    parents(path);
  };
  const putLinks = (links: readonly { path: string; target: string }[]): void => {
    for (const { path, target } of links) put(path, { target });
  };
  const take = (path: string): boolean => {
    const found = index.resolve(path);
    if (found === undefined) return false;
    putLinks(found.links);
    if (found.kind === 'file') put(found.path, 'file');
    if (found.kind !== 'directory') return true;
    put(found.path, 'directory');
    for (const name of index.list(found.path)) take(posix.join(found.path, name));
    return true;
  };
  const takeOnly = (path: string): boolean => {
    const found = index.resolveEntry(path);
    if (found === undefined) return false;
    putLinks(found.links);
    const target = index.linkTarget(found.path);
    if (target !== undefined) put(found.path, { target });
    else put(found.path, found.kind === 'directory' ? 'directory' : 'file');
    return true;
  };
  return {
    take,
    takeOnly,
    add: (entry) => {
      const folder = index.resolve(posix.dirname(entry.path));
      const path = folder === undefined ? entry.path : posix.join(folder.path, posix.basename(entry.path));
      own.set(path, { ...entry, path });
      parents(path);
    },
    files: () => [...taken].filter(([, what]) => what === 'file').map(([path]) => path).sort(),
    entries: async (modeOf) => {
      const fromRoot = [...taken].filter(([path]) => !own.has(path)).map(async ([path, what]): Promise<InitrdEntry> => {
        if (typeof what === 'object') return { path, kind: 'symlink', target: what.target };
        // Packages may give a folder to someone else; in an initrd everything is root's.
        return what === 'directory'
          ? { path, kind: 'directory', mode: 0o755 }
          : { path, kind: 'file', mode: await modeOf(path), source: path };
      });
      return [...(await Promise.all(fromRoot)), ...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}
