import type { FileTree, TreeEntry } from '../../../src/file-tree.ts';
import { CountedBytes } from '../readers/elf-writer.ts';

/** What stands at a path: bytes or text of a file, the target of a link, or a bare kind. */
export type Node =
  | Uint8Array
  | string
  | { readonly link: string }
  | { readonly kind: Exclude<TreeEntry['kind'], 'file' | 'symlink'> };

/** A tree in memory, in the order of its keys. */
export const memoryTree = (nodes: Readonly<Record<string, Node>>): FileTree => ({
  visit: (visitor) => {
    for (const [path, node] of Object.entries(nodes)) visitor(toEntry(path, node));
    return Promise.resolve();
  },
});

const toEntry = (path: string, node: Node): TreeEntry => {
  if (typeof node === 'string') return file(path, new TextEncoder().encode(node));
  if (node instanceof Uint8Array) return file(path, node);
  if ('link' in node) return { path, kind: 'symlink', target: node.link };
  return { path, kind: node.kind };
};

const file = (path: string, bytes: Uint8Array): TreeEntry => ({
  path,
  kind: 'file',
  open: () => new CountedBytes(bytes),
});
