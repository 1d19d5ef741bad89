import type { ByteSource } from './byte-source.ts';

/** `other`: what the source cannot name. `hardlink`: a second name of a file that was visited already. */
export type TreeEntryKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'fifo'
  | 'socket'
  | 'device'
  | 'unreadable'
  | 'other';

interface PlainEntry {
  /** From the root, beginning with `/`, never with a link resolved. */
  readonly path: string;
  readonly kind: Exclude<TreeEntryKind, 'file' | 'symlink'>;
}

interface FileEntry {
  readonly path: string;
  readonly kind: 'file';
  /**
   * The file's bytes. They, and every array read from them, are valid only until the visitor returns: a folder
   * reuses its buffer, a tar stream goes on. `size` may be asked lazily. Throws nothing: a file that cannot be
   * opened gives undefined.
   */
  readonly open: () => ByteSource | undefined;
}

interface LinkEntry {
  readonly path: string;
  readonly kind: 'symlink';
  /** As it is written in the link. */
  readonly target: string;
}

export type TreeEntry = PlainEntry | FileEntry | LinkEntry;

/**
 * A tree of files that is read once, in whatever order its source has: a root folder, the layers of an OCI image or a
 * file system inside a disk image. A visitor and not random access, since a compressed tar has none to give.
 */
export interface FileTree {
  /** Calls the visitor once for every entry but the root itself, and follows no link. */
  visit(visitor: (entry: TreeEntry) => void): Promise<void>;
}
