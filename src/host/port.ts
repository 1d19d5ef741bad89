import type { Readable, Writable } from 'node:stream';

import type { Digest } from '../digest.ts';
import type { SignToolName, ToolName } from '../tools.ts';
import type { HostFiles, RootFiles } from './port-files.ts';

export type { ByteSource } from '../byte-source.ts';
export type * from './port-files.ts';

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
