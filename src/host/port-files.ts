import type { Readable } from 'node:stream';

import type { ByteSource } from '../byte-source.ts';
import type { Digest } from '../digest.ts';
import type { FileTree } from '../file-tree.ts';

export type FileKind = 'file' | 'directory' | 'symlink' | 'other';

export interface FileStatus {
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
  /** Permission bits, including setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly dev: number;
  readonly nlink: number;
  /** 512-byte blocks really allocated. */
  readonly blocks: number;
}

export interface WriteOptions {
  /** Permission bits of a new file; 0o644 by default, independent of the umask. */
  readonly mode?: number;
}

/** Files of this machine by absolute path. `undefined` instead of an exception if a file does not exist. */
export interface HostFiles {
  readText(path: string): Promise<string>;
  readTextIfThere(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array>;
  write(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Writes beside the target and renames, so that a reader sees the old file or the new one. */
  replace(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Makes a sparse file of that many zeros, replacing what is there. */
  makeSparse(path: string, bytes: number): Promise<void>;
  /** Overwrites bytes inside an existing file; writes nothing else. */
  patch(path: string, offset: number, content: Uint8Array): Promise<void>;
  createReadStream(path: string): Readable;
  /** A file piece by piece. A piece is valid until the next is requested: its memory is reused. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** Writes a file and the folders above it; each piece is written before the next is requested. */
  writePieces(path: string, source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Digests of a file's extents in order, in hexadecimal. Runs in another thread; `signal` ends it, and its reason is
   * thrown.
   */
  sha256(path: string, extents: readonly Extent[], signal?: AbortSignal): Promise<string>;
  /** Digests of whole plain files in order, in hexadecimal. Links are not followed. Runs in another thread. */
  digestFiles(paths: readonly string[]): Promise<readonly string[]>;
  /**
   * Digests of everything below a folder: names, kinds, modes, owners, link targets and contents, without extended
   * attributes. One per folder down to `depth`; deeper content counts for the folder above. Runs in another thread.
   */
  digestTree(root: string, depth: number): Promise<Readonly<Record<string, Digest>>>;
  /** Writes a file, or the names in a folder, to the disk: fsync(2). */
  sync(path: string): Promise<void>;
  /** Writes everything from a stream; removes the file when the stream fails. */
  writeStream(path: string, source: Readable): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Names, sorted by code unit; empty if the folder does not exist. */
  list(path: string): Promise<readonly string[]>;
  /** Does not follow a link. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The path with every link resolved; missing parts stay as written. */
  realPath(path: string): Promise<string>;
  symlink(target: string, path: string): Promise<void>;
  hardLink(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Copies a file, sharing its blocks where the file system can. */
  copy(from: string, to: string): Promise<void>;
  /** Copies runs of bytes of a file into another, which is made if it does not exist; its other bytes stay. */
  copyRanges(from: string, to: string, ranges: readonly CopiedRange[]): Promise<void>;
  /** Removes a file or a whole folder, without following links; no error if it does not exist. */
  remove(path: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Seconds since 1970; on a link, the link itself. */
  setTime(path: string, seconds: number): Promise<void>;
  /** Random access for parsers of foreign bytes. Synchronous: thousands of small reads are far cheaper so. */
  openBytes(path: string): ByteSource;
  /** Free bytes of the file system that holds the path. */
  freeSpace(path: string): Promise<number>;
  /** Makes a folder whose name begins with this absolute path and ends in a random part. */
  temporaryFolder(prefix: string): Promise<string>;
}

export interface ReadOptions {
  /** Bytes; a larger file is refused. By default 16 MiB for text and 256 MiB for bytes. */
  readonly limit?: number;
  /** Whether to follow a link at the end of the path, as by default. */
  readonly follow?: boolean;
}

/** Attributes of a new file of an image: permission bits, and the owner, root by default. */
export interface Attributes {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Files below one folder, by their path in the image. Links are walked as the image would, with that folder as `/`
 * (openat2(2), RESOLVE_IN_ROOT). Only plain files are read: never a pipe, a device or a socket. Changes act on the
 * entry itself and never follow a link at the end. Throws `HewError`: `link-loop`, `not-a-file`, `file-too-large`,
 * `not-a-folder`, `is-a-folder`, `not-in-image`.
 */
export interface RootFiles {
  /** Absolute path of the folder on this machine, for tools. */
  readonly root: string;
  /** The status of an entry; of a link itself unless it is to be followed. */
  status(path: string, options?: { readonly follow?: boolean }): Promise<FileStatus | undefined>;
  /** The bytes of a plain file; undefined if nothing is there. */
  read(path: string, options?: ReadOptions): Promise<Buffer | undefined>;
  readText(path: string, options?: ReadOptions): Promise<string | undefined>;
  /**
   * The bytes of a plain file, for facts about an artifact; undefined if nothing is there, or something else. Throws
   * `file-too-large` for a file of more than `limit` bytes, which must not pass for an absent one.
   */
  readIfPlain(path: string, limit: number): Promise<Buffer | undefined>;
  /** Random access to a plain file, as `HostFiles.openBytes`. */
  openBytes(path: string): ByteSource;
  /** A plain file piece by piece, as `HostFiles.pieces`. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** Names in a folder, sorted by code unit; empty if it is not a folder. Links are followed. */
  list(path: string): Promise<readonly string[]>;
  /** The target of a link; undefined for anything else. */
  linkTarget(path: string): Promise<string | undefined>;
  /** Path in the image with links resolved; for a missing entry, where it would be. */
  resolve(path: string, options?: { readonly follow?: boolean }): Promise<string>;
  /** Path on this machine with links resolved, for tools; for a missing entry, where it would be. */
  locate(path: string, options?: { readonly follow?: boolean }): Promise<string>;
  /** Writes a new file in place of what is there, mode 0644 by default; makes folders above. */
  write(path: string, content: string | Uint8Array, attributes?: Partial<Attributes>): Promise<void>;
  /** The same piece by piece, mode 0644, owned by root; each piece is written before the next is requested. */
  writePieces(path: string, source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes a link in place of what is there. */
  symlink(path: string, target: string): Promise<void>;
  /** Makes a folder and those above it, mode 0755, owned by root; no error if it exists. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a whole folder; no error if it does not exist. For the root itself, all of its content. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Copies a file of this machine in. */
  copyIn(from: string, path: string, attributes: Attributes): Promise<void>;
  /** Copies a plain file to another path of the image. */
  copy(from: string, to: string, attributes: Attributes): Promise<void>;
  /** Copies a plain file to a path of this machine. */
  copyOut(path: string, to: string, options?: ReadOptions): Promise<void>;
  /** The same as a second name of the file if the file system allows it: neither may be written to. */
  linkOut(path: string, to: string): Promise<void>;
  /** Permission bits; no effect on a link. */
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Seconds since 1970. */
  setTime(path: string, seconds: number): Promise<void>;
  /**
   * Re-creates the entries of every folder in the order of their names. A tmpfs lists entries by creation, and some
   * tools write them in that order: after this the history of a root (installed now, or taken from a cache) no longer
   * shows. Time stamps of folders stay.
   */
  sortEntries(): Promise<void>;
  /** Everything below, to be walked; links are not followed. */
  tree(): FileTree;
}

/** Bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** A run of bytes that is copied: its offset in the source, in the target, and its length. */
export interface CopiedRange {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** A run of bytes of a file: data, or a hole, which reads as zeros. */
export interface Extent extends ByteRange {
  readonly hole: boolean;
}
