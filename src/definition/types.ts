import type { z } from 'zod';
import type { Place, Problem } from '../errors.ts';
import type { definitionSchema } from './schema/definition.ts';
import type { distributionSchema } from './schema/distribution.ts';
import type { RepositorySettings } from './schema/repository.ts';
import type { LEVEL_MODELS } from '../schema-words.ts';
import type { RepositoryLevel, requestedLevels } from '../isa/rows.ts';

/** One step into a JSON-like value. */
export type PathPart = string | number;
export type Path = readonly PathPart[];

/** A definition or profile as written in a file. Keys stay in kebab-case. */
export type DefinitionInput = z.input<typeof definitionSchema>;

/** A merged definition: defaults filled in, all rules checked. */
export type Definition = Omit<z.output<typeof definitionSchema>, 'name' | 'version' | 'distro' | '$schema' | 'extends'> & {
  readonly name: string;
  readonly version: string;
  readonly distro: string;
};

export type { Output, OutputFormat } from '../formats/rows.ts';
export type BootSettings = NonNullable<Definition['boot']>;
export type DiskSettings = NonNullable<Definition['disk']>;
export type RequestedLevel = (typeof requestedLevels)[number];
export type Override = Definition['overrides'][number];
export type DefinitionUser = Definition['system']['users'][number];
export type DefinitionFile = Definition['files'][number];
export type DefinitionScript = Definition['scripts'][number];
export type Partition = DiskSettings['partitions'][number];

/** A repository with its URLs as a list, its keys as absolute paths, https URLs or `$cachedir/…`, and its level. */
export type Repository = Omit<RepositorySettings, 'baseurl' | 'gpgkey' | 'level'> & {
  readonly baseurl: readonly string[];
  readonly gpgkey: readonly string[];
  readonly level: RepositoryLevel;
};

export type LevelModel = (typeof LEVEL_MODELS)[number];

export type Distribution = Omit<z.output<typeof distributionSchema>, 'repositories' | '$schema' | 'level-model' | 'package-arch-labels'> & {
  readonly 'level-model': LevelModel;
  /** The name that `distro` and `--distro` know it by, or the path that was given. */
  readonly key: string;
  /** Absolute path of its file. */
  readonly file: string;
  readonly repositories: readonly Repository[];
};

/** One deviation from an extended profile or, for flags, from the file. */
export interface Deviation {
  readonly kind: 'remove' | 'replace' | 'flag' | 'check-off' | 'mask' | 'network' | 'rule' | 'plain-text-password' | 'plain-partitions';
  /** What it is about: a key such as `system.hostname`, or a removed thing such as `service firewalld`. */
  readonly subject: string;
  readonly reason: string;
  readonly place: Place;
  /** What the profile says, and where. */
  readonly was?: { readonly value: unknown; readonly place: Place };
  readonly now?: unknown;
}

/** Everything from the definition that the plan needs. Plain data. */
export interface LoadedDefinition {
  readonly definition: Definition;
  readonly distribution: Distribution;
  /** The repositories of the distribution that are used, then those of the definition, with resolved keys. */
  readonly repositories: readonly Repository[];
  /** Those of the distribution that are not, with the reason. */
  readonly unusedRepositories: readonly { readonly id: string; readonly why: string }[];
  /** The old state of the distribution that they are of. */
  readonly snapshot?: string;
  /** Absolute path of the entry file. */
  readonly file: string;
  /** Absolute paths of every file that contributed, in the order of merging; the entry last. */
  readonly layers: readonly string[];
  /** The place of each value, by key path as `formatPath` prints it. Defaults have none. */
  readonly places: Readonly<Record<string, Place>>;
  /** The files that it copies in, by key path: `files[0].source`, `scripts[1].run`. */
  readonly inputs: Readonly<Record<string, InputFile>>;
  readonly deviations: readonly Deviation[];
}

/** A file that a definition copies in. */
export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** The folder of the file that names it. The input must be inside, also after symlinks are resolved. */
  readonly folder: string;
  /** Where it is named. */
  readonly place: Place;
}

/** Settings of the command line that change the definition. */
/** A value of the command line: `--set KEY=VALUE`, or `--set KEY+=VALUE`, which adds to a list. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly adds?: boolean;
}

export interface LoadOptions {
  readonly distro?: string;
  readonly level?: RequestedLevel;
  /** An old state of the distribution, instead of the definition's. */
  readonly snapshot?: string;
  /** A subset of the definition's outputs, or its outputs if it has none. */
  readonly formats?: readonly string[];
  readonly set?: readonly Setting[];
  /** Replacements for includes of kickstart files: NAME as written there, FILE relative to the current folder. */
  readonly includes?: readonly { readonly name: string; readonly file: string }[];
  /** Turns a kickstart file into a layer. Without it, kickstart files are refused. */
  readonly readKickstart?: ReadKickstart;
}

export type ReadKickstart = (request: KickstartRequest) => Promise<KickstartLayer>;

export interface KickstartRequest {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** The folder of the definition that names it: includes may come from there as well as from its own folder. */
  readonly folder?: string;
  /** Name of a file in messages. */
  readonly show: (path: string) => string;
  /** Substitutes for includes: name to absolute path. */
  readonly includes: Readonly<Record<string, string>>;
  /** The same from the command line, which takes precedence. */
  readonly given?: Readonly<Record<string, string>>;
  /** Whether the definition gives a reason for passwords in plain text. */
  readonly allowPlainTextPasswords: boolean;
  /** Whether LVM volumes become partitions. */
  readonly plainPartitions: boolean;
  /** The reason to give %post scripts network access, if there is one. */
  readonly networkReason?: string;
  /** Set if the kickstart file is itself the image: missing parts get defaults. */
  readonly image?: { readonly name: string; readonly formats: readonly string[] };
}

export interface KickstartLayer {
  readonly value: DefinitionInput;
  /** The place of the command that set a value; the nearest outer path counts. */
  readonly placeOf: (path: Path) => Place;
  readonly problems: readonly Problem[];
}
