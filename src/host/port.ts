import type { Readable, Writable } from 'node:stream';
import type { Architecture } from '../isa/rows.ts';

import type { Digest } from '../digest.ts';
import type { SignToolName, ToolName } from '../tools.ts';
import type { HostFiles, RootFiles } from './port-files.ts';

export type * from './port-files.ts';

/**
 * The only port through which hew touches anything outside its own memory. `host/machine.ts` implements it for the real
 * machine, `test/support/` for tests of decisions. Other folders import only types from here, and nothing else of
 * `host/`.
 */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: HostPaths;
  /** The machine's own files. Files of an image or of a foreign artifact are reached by `inside`. */
  readonly fs: HostFiles;
  /**
   * Files below a folder with untrusted content: the root of an image, a folder that a program of the image wrote, an
   * unpacked artifact. Nothing outside that folder can be reached, whatever links it holds.
   */
  inside(folder: string): RootFiles;
  readonly clock: Clock;
  /** The architecture that Node was built for, without asking the processor. */
  readonly architecture: CpuFacts['architecture'];
  /** Starts a program and waits for its end. Throws `ToolError` for an exit status that is not accepted. */
  run(command: Command, options?: RunOptions): Promise<Finished>;
  /**
   * Starts a program. `consume` reads its standard output to the end, `feed` writes its standard input and ends it.
   * Returns the result of `consume` after the program has ended: when any of the three fails, the other two are ended
   * first. Throws the first failure, which for the program is a `ToolError`.
   */
  piped<T>(command: Command, consume: Consume<T>, feed?: Feed): Promise<T>;
  /**
   * Called between steps of long work: gives signals, timers and other work their turn. Throws `CancelledError` after a
   * signal.
   */
  checkpoint(): Promise<void>;
  cpu(): Promise<CpuFacts>;
  /**
   * The origin of the tools on this machine. The first caller says which are needed; default: all. Throws `HewError` if
   * there are none.
   */
  tools(needed?: readonly ToolName[]): Promise<ToolsOrigin>;
  /** What these tools are on this machine; one that does not exist is left out. */
  toolVersions(names: readonly ToolName[]): Promise<Readonly<Partial<Record<ToolName, ToolVersion>>>>;
  /** The version of hew that runs. */
  program(): ProgramIdentity;
  /** Whether the cache folder can be written. */
  canKeep(): boolean;
  /**
   * A new, empty folder on the file system of `paths.cache`, removed when this process ends. Undefined if the cache
   * folder is read-only.
   */
  makeCacheFolder(prefix: string): Promise<string | undefined>;
  /** A new, empty folder below `paths.work`, in memory if that many bytes fit there, otherwise on disk. */
  makeWorkFolder(name: string, bytes: number): Promise<string>;
  /**
   * A new, empty folder of this process in a place that others use too; its name begins with this absolute path and
   * ends in a random part. It is removed when hew ends; leftovers of killed processes with the same prefix are removed
   * now.
   */
  claimFolder(prefix: string): Promise<ClaimedFolder>;
  /** Runs work that a signal does not interrupt. Throws `CancelledError` if one came before. */
  uninterrupted<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Runs work with an empty workspace at `paths.work`; afterwards the previous one is back, and leftovers of the work
   * are gone.
   */
  inFreshWorkspace<T>(work: () => Promise<T>): Promise<T>;
}

export interface ClaimedFolder {
  readonly path: string;
  /** With all that is in it. */
  remove(): void;
}

/** `root` is `/` for the machine's own tools, otherwise the folder of the tools tree. */
export interface ToolsOrigin {
  readonly origin: 'host' | 'tree';
  readonly root: string;
  /** Digest of a tree, from its packages. Empty for the machine's own tools. */
  readonly name: string;
  /** Every package in a tree, by name. Empty for the machine's own tools. */
  readonly packages: readonly ToolPackage[];
}

/** What identifies a tool. */
export interface ToolVersion {
  /** In a tree that of its package, otherwise what the program prints; undefined if it prints none. */
  readonly version: string | undefined;
  /** Digest of the program file: a distribution rebuilds a program without another version of its own. */
  readonly sha256: string;
}

/** A Debian package of a tools tree. */
export interface ToolPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Digest of the .deb file. */
  readonly sha256: string;
}

/** A build of hew; the digest is of its program files. */
export interface ProgramIdentity {
  readonly version: string;
  readonly digest: Digest;
}

/** Folders on this machine; absolute paths. */
export interface HostPaths {
  /** Tools trees, package caches and layers: safe to delete while no build runs. */
  readonly cache: string;
  /** Packages and metadata as dnf5 keeps them: in the cache, or in the workspace if the cache is read-only. */
  readonly packages: string;
  /** Where roots are made: the same path in every build, private to the process, removed when it ends. */
  readonly work: string;
  /** The folder that holds `images/`, `profiles/` and `kickstarts/` as shipped. */
  readonly data: string;
}

export interface Clock {
  /** Wall time, for people: never an input of an image. */
  now(): Date;
  /** Seconds from an arbitrary start; only differences have a meaning. */
  seconds(): number;
  /** Resolves after that many seconds. */
  wait(seconds: number): Promise<void>;
}

/** What a program may see besides the read-only tools tree: nothing of the host unless it is named here. */
export interface View {
  /** Paths that appear read-only, at the same place. */
  readonly read?: readonly string[];
  /** Paths that appear writable, at the same place. */
  readonly write?: readonly string[];
  /** A root that a package manager fills: writable, at the same place, with /proc, /dev, /run and /tmp mounted in it. */
  readonly installroot?: string;
  /** Further places at which the installroot appears, with the same mounts. */
  readonly installrootAt?: readonly string[];
  /** Makes `root` read-only, for programs of the image that write nothing there. */
  readonly readOnly?: boolean;
  /** Use this folder as `/` instead of the tools tree, for programs of the image; never with `read` or `write`. */
  readonly root?: string;
  /** The tools root whose programs run; by default that of builds. */
  readonly tools?: string;
  /**
   * Files or folders that appear read-only at another place: source by place. In a `root` the place is below /run,
   * otherwise the mount point would stay.
   */
  readonly place?: Readonly<Record<string, string>>;
  /** The same, writable. */
  readonly placeWritable?: Readonly<Record<string, string>>;
  /**
   * True shares the machine's network; only steps that fetch and scripts with a reason may set it. A list of `host:port`
   * gives a network that has nothing but a proxy to those destinations, named in the variables that HTTP clients read.
   */
  readonly network?: boolean | readonly string[];
  /** Device nodes of this machine that appear; only a guest needs one, /dev/kvm. */
  readonly devices?: readonly string[];
  /** May set `security.*` attributes: only for `setfiles` of the tools tree, never for a program of an image. */
  readonly labels?: boolean;
  /** The emulated processor for programs of the image that this one starts; the tool itself is not emulated. */
  readonly emulate?: CpuModel;
}

/** A processor, as QEMU names it for `-cpu`. */
export type CpuModel = 'qemu64' | 'Nehalem' | 'Haswell-noTSX';

/** A program and what it may see: a tool of the table, or a program of an image, which is then its root. */
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
  /** Exit statuses besides 0 that are a result and not a failure. */
  readonly accept?: readonly number[];
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  /** Called at the end with each destination that was asked for and is not in the list `view.network`. */
  readonly onRefused?: (destination: string) => void;
  /** Called every half minute without output, with the seconds so far; only together with `onLine`. */
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
  readonly architecture: Architecture | 'other';
  readonly model: string;
  /** Names as `/proc/cpuinfo` prints them; undefined if the platform does not say (Windows, macOS). */
  readonly flags: readonly string[] | undefined;
  /** Output of `ld.so --help`, a second opinion on the level; undefined without glibc. */
  readonly glibcHelp: string | undefined;
  readonly platform: string;
}
