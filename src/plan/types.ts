import type { Definition, Deviation, Distribution, InputFile, LevelModel, Output, Repository } from '../definition/index.ts';
import type { Digest } from '../digest.ts';
import type { Problem } from '../errors.ts';
import type { Level, RepositoryLevel } from '../isa/levels.ts';
import type { CpuModel } from '../host/port.ts';
import type { ToolName } from '../tools.ts';
import type { Architecture } from '../isa/rows.ts';

/** What a build will do, and why: made from a definition and facts about this machine, before anything runs. */
export interface Plan {
  readonly image: PlannedImage;
  readonly distribution: PlannedDistribution;
  /** One per requested level. */
  readonly targets: readonly Target[];
  /** Architectures that are requested too and built on other machines. */
  readonly skippedArchitectures?: readonly Target['arch'][];
  /** What is asked for on every architecture. */
  readonly packages: PackageRequest;
  /** What is asked for besides on one architecture, where names differ: `packagesFor` joins them. */
  readonly packagesByArch?: Readonly<Partial<Record<Target['arch'], ArchitectureNames>>>;
  readonly configuration: Configuration;
  /** Every file that is copied in, each once. */
  readonly inputs: readonly InputFile[];
  /** How the image boots; absent if no output is a disk. */
  readonly boot?: NonNullable<Definition['boot']>;
  readonly disk?: NonNullable<Definition['disk']>;
  readonly outputs: readonly Output[];
  readonly limits: NonNullable<Definition['limits']>;
  readonly steps: readonly Step[];
  readonly deviations: readonly Deviation[];
  /** Digest of the request, the same in every folder: `planDigest`. */
  readonly digest: Digest;
}

export interface PlannedImage {
  readonly name: string;
  readonly version: string;
  readonly summary?: string;
  /** Absolute path of the definition. */
  readonly file: string;
}

export interface PlannedDistribution {
  readonly id: string;
  readonly name: string;
  readonly releasever: string;
  /** Path of the RPM database inside the image. */
  readonly dbpath: string;
  readonly packageManager: Distribution['package-manager'];
  /** What its plain x86_64 packages need. */
  readonly baseline: RepositoryLevel;
  readonly levelModel: LevelModel;
  /** What its sub-packages with libraries below glibc-hwcaps are called. */
  readonly hwcaps?: { readonly package: string; readonly pattern?: string | undefined };
  /** The old state that is taken; absent for the newest. */
  readonly snapshot?: string;
  readonly vars: Readonly<Record<string, string>>;
}

/** A machine that the image is for. */
export interface Target {
  readonly arch: Architecture;
  /** What it runs on at least. */
  readonly level: Level;
  /** Up to which level it has libraries below glibc-hwcaps, which no processor has to be able to run. */
  readonly hwcaps?: Level;
  /** True when the definition said `host` and this machine's level was taken. */
  readonly fromHost: boolean;
  readonly repositories: readonly PlannedRepository[];
  readonly refused: readonly PlannedRefusal[];
  /** dnf5 variables that make it see packages of this level, where an image has to keep them. */
  readonly vars: Readonly<Record<string, string>>;
  /** Whether to use baseline packages when a repository of the level is missing or down. */
  readonly fallBack: boolean;
  /** Why this machine cannot run programs for this target; absent when it can. */
  readonly cannotRun?: Problem;
  /** The processor on which scriptlets are emulated, if this machine could not run them. */
  readonly emulate?: CpuModel;
}

export interface PlannedRepository {
  readonly settings: Repository;
  /** Why it is used, as a sentence. */
  readonly why: string;
  /** dnf5's `cost`: dnf5 takes the lower one between equal packages. */
  readonly cost: number;
}

export interface PlannedRefusal {
  readonly id: string;
  readonly why: string;
}

/** What is requested from dnf5. */
export interface PackageRequest {
  /** Package specs, with the names of this distribution. */
  readonly install: readonly string[];
  readonly exclude: readonly string[];
  readonly removeAfterInstall: readonly string[];
  /** Absolute paths of RPM files. */
  readonly local: readonly string[];
  /** Absolute paths of keys that may sign them; empty: the keys of all repositories. */
  readonly localKeys: readonly string[];
  readonly modules: readonly string[];
  readonly weakDependencies: boolean;
  readonly docs: boolean;
  /** Locales; undefined for all. */
  readonly languages: readonly string[] | undefined;
  readonly multilib: boolean;
  readonly ignoreMissing: boolean;
  readonly database: Definition['packages']['database'];
}

/** Names that only one architecture has. */
export type ArchitectureNames = Pick<PackageRequest, 'install' | 'exclude' | 'removeAfterInstall'>;

/** What is written into the root after installation. */
export interface Configuration {
  readonly system: Definition['system'];
  readonly files: readonly PlannedFile[];
  readonly scripts: readonly PlannedScript[];
}

export interface PlannedFile {
  readonly path: string;
  readonly content?: string;
  /** Absolute path of a file beside the definition. */
  readonly source?: string;
  readonly link?: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

export interface PlannedScript {
  readonly name: string;
  /** Absolute path of a script beside the definition. */
  readonly source?: string;
  readonly content?: string;
  readonly interpreter?: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly in: 'root' | 'build';
  /** Whether it shares the machine's network; or all that it reaches, as `host:port`. */
  readonly network: boolean | readonly string[];
  readonly onFailure: 'stop' | 'ignore';
  readonly log?: string;
}

/** One stage of a build: shown while it runs, timed, and listed with the tools that it starts. */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  readonly tools: readonly ToolName[];
}

export type StepId = 'resolve' | 'verify' | 'install' | 'configure' | 'clean' | 'audit' | 'boot' | 'disk' | 'pack' | 'write' | 'check' | 'digest' | 'publish';
