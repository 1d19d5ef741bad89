import { posix } from 'node:path';

import type { FileTree, TreeEntryKind } from '../file-tree.ts';
import { linkLoop, resolveLinks, type Component, type ComponentFound } from '../resolve-links.ts';

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
    const links: RootLink[] = [];
    const look = ({ above, name, isLast }: Component): ComponentFound => {
      const at = pathOf([...above, name]);
      const node = nodes.get(at);
      if (node?.target === undefined) return { kind: node === undefined ? 'missing' : node.kind === 'directory' ? 'folder' : 'other' };
      if (last || !isLast) links.push({ path: at, target: node.target });
      return { kind: 'link', target: node.target };
    };
    const reached = resolveLinks(path, { follow: last, look });
    if (reached === 'loop') throw linkLoop(path);
    const kind = reached.exists ? nodes.get(pathOf(reached.parts))?.kind : undefined;
    return kind === undefined ? undefined : { path: pathOf(reached.parts), kind, links };
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

const pathOf = (parts: readonly string[]): string => `/${parts.join('/')}`;
