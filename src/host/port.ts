import type { Readable, Writable } from 'node:stream';

import type { ByteSource } from '../byte-source.ts';
import type { Digest } from '../digest.ts';
import type { FileTree } from '../file-tree.ts';

export type { ByteSource } from '../byte-source.ts';
import type { SignToolName, ToolName } from '../tools.ts';

/**
 * The one port through which hew touches anything outside its own memory. `host/machine.ts` implements it for the
 * real machine, `test/support/` for tests of decisions. Other folders import the types from here and nothing else of
 * `host/`.
 */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: HostPaths;
  /** The machine's own files. What an image or a stranger's artifact brought is reached by `inside`. */
  readonly fs: HostFiles;
  /**
   * Files below a folder whose content nobody vouches for: the root of an image, a folder that a program of the image
   * wrote to, an unpacked artifact. Nothing outside that folder can be reached through it, whatever links it holds.
   */
  inside(folder: string): RootFiles;
  readonly clock: Clock;
  /** Of this machine, as Node was built for it: what it runs, without asking the processor. */
  readonly architecture: CpuFacts['architecture'];
  /** Starts a program and waits for its end. Throws `ToolError` when it ends with a status that was not accepted. */
  run(command: Command, options?: RunOptions): Promise<Finished>;
  /**
   * Starts a program whose standard output `consume` reads, to its end, as it comes, and whose standard input `feed`
   * writes and ends. Returns what `consume` returns, once the program has ended too: when any of the three fails, the
   * other two are ended first. Throws the failure that came first, which for the program is a `ToolError`.
   */
  piped<T>(command: Command, consume: Consume<T>, feed?: Feed): Promise<T>;
  /**
   * Between steps of long work of hew's own: lets signals, timers and other work have their turn. Throws `CancelledError`
   * once there was a signal.
   */
  checkpoint(): Promise<void>;
  cpu(): Promise<CpuFacts>;
  /**
   * Where the tools come from on this machine. Whoever asks first says which are needed, all that hew knows when left
   * out. Throws `HewError` where there are none.
   */
  tools(needed?: readonly ToolName[]): Promise<ToolsOrigin>;
  /** Versions of these tools: of a tree those of its packages; a tool of the machine that tells none by its own digest. */
  toolVersions(names: readonly ToolName[]): Promise<Readonly<Partial<Record<ToolName, string>>>>;
  /** Which hew this is. */
  program(): ProgramIdentity;
  /** Whether anything can be kept in the cache folder. */
  canKeep(): boolean;
  /**
   * A new, empty folder on the file system of `paths.cache`. It is this process's own and ends with it. Undefined where
   * the cache folder is read-only.
   */
  makeCacheFolder(prefix: string): Promise<string | undefined>;
  /** A new, empty folder below `paths.work`, in memory when that many bytes fit there and on disk otherwise. */
  makeWorkFolder(name: string, bytes: number): Promise<string>;
  /**
   * A new, empty folder of this process in a place that others use too; its name begins with this absolute path and ends
   * in what is new. It goes when hew ends. Those that killed processes left behind under the same prefix go now.
   */
  claimFolder(prefix: string): Promise<ClaimedFolder>;
  /** Does work that a signal does not end half-way. Throws `CancelledError` where one has come before. */
  uninterrupted<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Does work with an empty workspace at `paths.work`; what was there before is back afterwards, and what the work
   * left there is gone.
   */
  inFreshWorkspace<T>(work: () => Promise<T>): Promise<T>;
}

export interface ClaimedFolder {
  readonly path: string;
  /** With all that is in it. */
  remove(): void;
}

/** `root` is `/` for the machine's own tools, else the folder of the tools tree. */
export interface ToolsOrigin {
  readonly origin: 'host' | 'tree';
  readonly root: string;
  /** Of a tree, from the packages in it. Empty for the machine's own tools. */
  readonly name: string;
  /** Every package in a tree, by name. None for the machine's own tools. */
  readonly packages: readonly ToolPackage[];
}

/** A Debian package of a tools tree. */
export interface ToolPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the .deb file. */
  readonly sha256: string;
}

/** A build of hew; the digest is of its program files. */
export interface ProgramIdentity {
  readonly version: string;
  readonly digest: Digest;
}

/** Folders on this machine; absolute paths. */
export interface HostPaths {
  /** Tools trees, package caches and made layers: safe to delete while no build runs. */
  readonly cache: string;
  /** Packages and metadata as dnf5 keeps them: in the cache, or in the workspace where the cache is read-only. */
  readonly packages: string;
  /** Where roots are made: the same path in every build, private to the process, gone when it ends. */
  readonly work: string;
  /** The folder that holds `images/`, `profiles/` and `kickstarts/` as shipped. */
  readonly data: string;
}

export interface Clock {
  /** Wall time, for people: never an input of an image. */
  now(): Date;
  /** Seconds from an arbitrary start; only differences mean something. */
  seconds(): number;
  /** Ends after that many seconds. */
  wait(seconds: number): Promise<void>;
}

/** What a program may see besides the read-only tools tree: nothing of the host unless it is named here. */
export interface View {
  /** Paths that appear read-only, at the same place. */
  readonly read?: readonly string[];
  /** Paths that appear writable, at the same place. */
  readonly write?: readonly string[];
  /** A root that a package manager fills: writable, at the same place, with /proc, /dev, /run and /tmp mounted in. */
  readonly installroot?: string;
  /** Places besides its own at which the installroot appears, filled in the same way. */
  readonly installrootAt?: readonly string[];
  /** Use this folder as `/` instead of the tools tree, for programs of the image itself; never with `read` or `write`. */
  readonly root?: string;
  /** The tools root whose programs run; that of builds when left out. */
  readonly tools?: string;
  /** Files or folders that appear read-only at another place: source by place. In a `root` below /run, or it keeps the mount point. */
  readonly place?: Readonly<Record<string, string>>;
  /** The same, writable. */
  readonly placeWritable?: Readonly<Record<string, string>>;
  /** Only the steps that fetch may say true. */
  readonly network?: boolean;
  /** Device nodes of this machine that appear; a guest needs /dev/kvm, nothing else needs any. */
  readonly devices?: readonly string[];
  /** May set attributes of the `security.` kind: for `setfiles` of the tools tree alone, never for a program of an image. */
  readonly labels?: boolean;
  /** Programs of the image that this one starts run on this processor, by emulation; the tool itself does not. */
  readonly emulate?: CpuModel;
}

/** A processor, as QEMU names it for `-cpu`. */
export type CpuModel = 'qemu64' | 'Nehalem' | 'Haswell-noTSX';

/** A program and what it may see: a tool of the table, or one of an image, which is then its root. */
export type Command = OwnCommand | ImageCommand;

export interface OwnCommand extends CommandRest {
  /** Those of the signing tools with `view.tools`. */
  readonly tool: ToolName | SignToolName;
  readonly view: View & { readonly root?: never };
}

export interface ImageCommand extends CommandRest {
  readonly tool: string;
  readonly view: View & { readonly root: string };
}

interface CommandRest {
  readonly args: readonly string[];
  /** Added to the clean environment that every program gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface RunOptions {
  /** Statuses besides 0 that are a result and not a failure. */
  readonly accept?: readonly number[];
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Told every half minute for which the program has said nothing, in seconds; only together with `onLine`. */
  readonly onSilence?: (seconds: number) => void;
  readonly stdin?: string;
}

export type Consume<T> = (stdout: Readable) => Promise<T>;
export type Feed = (stdin: Writable) => Promise<void>;

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** What the processor offers, as the operating system reports it. */
export interface CpuFacts {
  readonly architecture: 'x86_64' | 'aarch64' | 'other';
  readonly model: string;
  /** Names as `/proc/cpuinfo` prints them; undefined where the platform does not tell (Windows, macOS). */
  readonly flags: readonly string[] | undefined;
  /** What `ld.so --help` prints, a second opinion on the level; undefined where there is no glibc. */
  readonly glibcHelp: string | undefined;
  readonly platform: string;
}

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
  /** Permission bits of a new file; 0o644 by default, whatever the umask is. */
  readonly mode?: number;
}

/** Files of this machine by absolute path. `undefined` instead of an exception where a file is simply not there. */
export interface HostFiles {
  readText(path: string): Promise<string>;
  readTextIfThere(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array>;
  write(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Writes beside the target and renames, so that a reader sees the old file or the new one. */
  replace(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Makes a file of that many zeros that takes no space, in place of what was there. */
  makeSparse(path: string, bytes: number): Promise<void>;
  /** Overwrites bytes inside a file that is there; writes nothing else. */
  patch(path: string, offset: number, content: Uint8Array): Promise<void>;
  createReadStream(path: string): Readable;
  /** A file piece by piece. A piece is good until the next is asked for: its memory is used again. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** Writes a file and the folders above it; each piece is written before the next is asked for. */
  writePieces(path: string, source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>;
  /** Of a file's extents in their order, in hexadecimal. Made beside other work; `signal` ends it, and its reason is thrown. */
  sha256(path: string, extents: readonly Extent[], signal?: AbortSignal): Promise<string>;
  /** Of whole plain files in their order, in hexadecimal. Links are not followed. Made beside other work. */
  digestFiles(paths: readonly string[]): Promise<readonly string[]>;
  /**
   * Of everything below a folder: names, kinds, modes, owners, link targets and contents, extended attributes left out.
   * By folder, as deep as `depth`; what lies deeper counts for the folder above. Made beside other work.
   */
  digestTree(root: string, depth: number): Promise<Readonly<Record<string, Digest>>>;
  /** Has a file or the names in a folder written to the disk: fsync(2). */
  sync(path: string): Promise<void>;
  /** Writes all that a stream gives; removes the file when the stream fails. */
  writeStream(path: string, source: Readable): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Names, sorted by code unit; empty when the folder is not there. */
  list(path: string): Promise<readonly string[]>;
  /** Does not follow a link. */
  status(path: string): Promise<FileStatus | undefined>;
  /** The path with every link on the way followed; what is not there stays as it is written. */
  realPath(path: string): Promise<string>;
  symlink(target: string, path: string): Promise<void>;
  hardLink(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Copies a file, sharing its blocks where the file system can. */
  copy(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder, without following links; no error when it is not there. */
  remove(path: string): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Seconds since 1970; on a link, the link itself. */
  setTime(path: string, seconds: number): Promise<void>;
  /** Random access for parsers of foreign bytes. Synchronous: thousands of small reads are far cheaper so. */
  openBytes(path: string): ByteSource;
  /** Free bytes of the file system that holds the path. */
  freeSpace(path: string): Promise<number>;
  /** Makes a folder whose name begins with this absolute path and ends in what is new. */
  temporaryFolder(prefix: string): Promise<string>;
}

export interface ReadOptions {
  /** Bytes; a larger file is refused. 16 MiB of a text and 256 MiB of bytes by default. */
  readonly limit?: number;
  /** Whether a link at the end of the path is followed, as it is by default. */
  readonly follow?: boolean;
}

/** What a new file of an image gets: permission bits, and the owner, root by default. */
export interface Attributes {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Files below one folder, by their path in the image. Links on the way are walked as the image would walk them, with
 * that folder as `/` (openat2(2), RESOLVE_IN_ROOT). Files are read only where they are plain files: never a pipe, a
 * device or a socket. Whatever changes something acts on the entry itself and never through a link at the end.
 * Throws `HewError`: `link-loop`, `not-a-file`, `file-too-large`, `not-a-folder`, `is-a-folder`, `not-in-image`.
 */
export interface RootFiles {
  /** Absolute path of the folder on this machine, for what a tool is to see. */
  readonly root: string;
  /** What is there; a link itself unless it is to be followed. */
  status(path: string, options?: { readonly follow?: boolean }): Promise<FileStatus | undefined>;
  /** The bytes of a plain file; undefined where nothing is there. */
  read(path: string, options?: ReadOptions): Promise<Buffer | undefined>;
  readText(path: string, options?: ReadOptions): Promise<string | undefined>;
  /** The bytes of a plain file of at most `limit` bytes; undefined for whatever else, for facts about an artifact. */
  readIfPlain(path: string, limit: number): Promise<Buffer | undefined>;
  /** Random access to a plain file, as `HostFiles.openBytes`. */
  openBytes(path: string): ByteSource;
  /** A plain file piece by piece, as `HostFiles.pieces`. */
  pieces(path: string): AsyncIterable<Uint8Array>;
  /** Names in a folder, sorted by code unit; none where it is no folder. Links are followed. */
  list(path: string): Promise<readonly string[]>;
  /** What a link says; undefined for what is none. */
  linkTarget(path: string): Promise<string | undefined>;
  /** Path in the image, free of links; what it would be, if nothing is there. */
  resolve(path: string, options?: { readonly follow?: boolean }): Promise<string>;
  /** Path on this machine, free of links, for what a tool is to see; where it would be, if nothing is there. */
  locate(path: string, options?: { readonly follow?: boolean }): Promise<string>;
  /** Writes a new file in place of what was there, mode 0644 by default; folders above are made. */
  write(path: string, content: string | Uint8Array, attributes?: Partial<Attributes>): Promise<void>;
  /** The same piece by piece, mode 0644, owned by root; each piece is written before the next is asked for. */
  writePieces(path: string, source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes a link in place of what was there. */
  symlink(path: string, target: string): Promise<void>;
  /** Makes a folder and those above it, mode 0755, owned by root; no error where it is there. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a whole folder; no error when it is not there. Of the root itself, all that is in it. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Copies a file of this machine in. */
  copyIn(from: string, path: string, attributes: Attributes): Promise<void>;
  /** Copies a plain file to another path of the image. */
  copy(from: string, to: string, attributes: Attributes): Promise<void>;
  /** Copies a plain file to a path of this machine. */
  copyOut(path: string, to: string, options?: ReadOptions): Promise<void>;
  /** The same as a second name of the file where the file system allows one: neither may be written to. */
  linkOut(path: string, to: string): Promise<void>;
  /** Permission bits; nothing on a link. */
  setMode(path: string, mode: number): Promise<void>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  /** Seconds since 1970. */
  setTime(path: string, seconds: number): Promise<void>;
  /**
   * Enters every folder's entries anew, in the order of their names. A file system in memory lists entries by when
   * they were entered, and some tools write them in that order: after this the history of a root (installed now, or
   * taken from a cache) no longer shows. Time stamps of folders stay.
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

/** A run of bytes of a file: what was written, or a hole, which reads as zeros. */
export interface Extent extends ByteRange {
  readonly hole: boolean;
}
