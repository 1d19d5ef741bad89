import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { FileTree, TreeEntryKind } from '../file-tree.ts';

/** Where a path of an image really leads, and the links that it passes on the way. */
export interface Resolved {
  /** Absolute path inside the image, free of links. */
  readonly path: string;
  readonly kind: TreeEntryKind;
  readonly links: readonly RootLink[];
}

export interface RootLink {
  readonly path: string;
  readonly target: string;
}

/** The names of a root in memory: thousands of paths can be followed without asking the file system for each part. */
export interface RootIndex {
  /** Follows every link inside the root and never out of it; undefined when nothing is there. */
  resolve(path: string): Resolved | undefined;
  /** Follows the links of the folders above, not the last one. */
  resolveEntry(path: string): Resolved | undefined;
  /** What a link says; undefined for what is none. The path must be free of links but for its last part. */
  linkTarget(path: string): string | undefined;
  /** Names in a folder, sorted; empty when it is none. */
  list(folder: string): readonly string[];
}

/** As many links as Linux follows in one path: path_resolution(7). */
const MAX_LINKS = 40;

interface Node {
  readonly kind: TreeEntryKind;
  readonly target?: string;
}

/** Reads all names of a tree once. */
export async function indexRoot(tree: FileTree): Promise<RootIndex> {
  const nodes = new Map<string, Node>([['/', { kind: 'directory' }]]);
  const folders = new Map<string, string[]>();
  await tree.visit((entry) => {
    nodes.set(entry.path, entry.kind === 'symlink' ? { kind: entry.kind, target: entry.target } : { kind: entry.kind });
    const folder = posix.dirname(entry.path);
    const names = folders.get(folder);
    if (names === undefined) folders.set(folder, [posix.basename(entry.path)]);
    else names.push(posix.basename(entry.path));
  });
  const follow = (path: string, last: boolean): Resolved | undefined => {
    let pending = parts(path);
    let reached = '';
    const links: RootLink[] = [];
    while (pending.length > 0) {
      const [part = '', ...rest] = pending;
      pending = rest;
      if (part === '..') {
        reached = reached === '' ? '' : posix.dirname(reached).replace(/^\/$/, '');
        continue;
      }
      const candidate = `${reached}/${part}`;
      const node = nodes.get(candidate);
      if (node === undefined) return undefined;
      if (node.target === undefined || (!last && pending.length === 0)) {
        reached = candidate;
        continue;
      }
      links.push({ path: candidate, target: node.target });
      if (links.length > MAX_LINKS) throw loop(path);
      if (node.target.startsWith('/')) reached = '';
      pending = [...parts(node.target), ...pending];
    }
    const kind = nodes.get(reached === '' ? '/' : reached)?.kind;
    return kind === undefined ? undefined : { path: reached === '' ? '/' : reached, kind, links };
  };
  return {
    resolve: (path) => follow(path, true),
    resolveEntry: (path) => follow(path, false),
    linkTarget: (path) => nodes.get(path)?.target,
    list: (folder) => {
      const found = follow(folder, true);
      return found === undefined ? [] : (folders.get(found.path) ?? []).toSorted();
    },
  };
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

const loop = (path: string): HewError =>
  new HewError({
    code: 'link-loop',
    message: `${path} leads round in circles of symbolic links inside the image`,
    hint: 'a package or a script made those links; look at them with --keep-root',
  });
