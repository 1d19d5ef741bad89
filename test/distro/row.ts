/** One line of the package table: an RPM of the sample distribution and the Debian packages that it is made from. */
export interface Row {
  readonly name: string;
  /**
   * Debian packages. A name takes all files that no other row asked for; with `only`, the row takes the files that
   * match and nothing else of that package: no dependencies either.
   */
  readonly from: readonly (Part | string)[];
  /** Globs of files that are left out, relative to the root. */
  readonly remove?: readonly string[];
  /** Files that lie elsewhere than in Debian: its path, then this distribution's. */
  readonly move?: Readonly<Record<string, string>>;
  /** Files that are there twice: the new path, then the one of this package that it copies. */
  readonly copy?: Readonly<Record<string, string>>;
  /** Replacements in files, by path; each text to replace must be there. */
  readonly edit?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  /** What a file must contain, as bytes in latin1, so that a table that relies on it cannot become wrong unnoticed. */
  readonly holds?: Readonly<Record<string, string>>;
  /** Files that are configuration here and not in Debian. */
  readonly configuration?: readonly string[];
  /** Files, folders and links that Debian does not have or makes in a maintainer script. */
  readonly add?: readonly HandMade[];
  /** Debian dependencies that this package does without, each with its reason. */
  readonly without?: Readonly<Record<string, string>>;
  /** Debian dependencies that Fedora only recommends. */
  readonly weaken?: readonly string[];
  /** Further relations in RPM's own words; `{evr}` stands for this package's own version and release. */
  readonly requires?: readonly string[];
  readonly requiresFirst?: readonly string[];
  readonly recommends?: readonly string[];
  readonly suggests?: readonly string[];
  readonly provides?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly obsoletes?: readonly string[];
  /** File capabilities by path; Debian sets them in maintainer scripts. */
  readonly capabilities?: Readonly<Record<string, string>>;
  /** Modes and owners by path, where Debian sets them in maintainer scripts. */
  readonly attributes?: Readonly<Record<string, Attributes>>;
  /** Files joined into one at build time: target path and glob of the parts. */
  readonly join?: { readonly parts: string; readonly targets: readonly string[] };
  /** Shell scriptlets by section; plain text, not macros. */
  readonly scripts?: Partial<Record<ScriptSection, string>>;
  /** Units that follow the presets when the package comes, and are disabled when it goes. */
  readonly units?: readonly string[];
  /** Further sections as a spec file has them, for triggers. */
  readonly scriptlets?: string;
  /** For packages without a Debian one, or where its copyright file is not machine-readable. */
  readonly license?: string;
  readonly version?: string;
  readonly release?: string;
  readonly source?: string;
  readonly arch?: 'noarch' | 'x86_64';
  readonly summary?: string;
  readonly description?: string;
  readonly url?: string;
}

export type ScriptSection = 'post' | 'postun' | 'posttrans' | 'preun';

export interface Part {
  readonly deb: string;
  readonly only: readonly string[];
}

export interface Attributes {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** Paths are relative to the root. Owned by root unless it says otherwise. */
export type HandMade = Partial<Attributes> & { readonly path: string; readonly config?: boolean; readonly verify?: false } & (
  | { readonly text: string }
  | { readonly link: string }
  | { readonly directory: true }
  | { readonly ghost: true }
);

/** A library or program that is one package here and there, or several of Debian's in one of Fedora's. */
export const same = (name: string, ...debs: readonly string[]): Row => ({ name, from: debs.length === 0 ? [name] : debs });

export const debsOf = (row: Row): string[] => row.from.map((part) => (typeof part === 'string' ? part : part.deb));
/** Debian packages whose dependencies the row takes over. */
export const wholeDebsOf = (row: Row): string[] => row.from.filter((part) => typeof part === 'string');
