import type { TarEntryFact } from '../readers/tar-headers.ts';

/** An OCI image as its layout describes it, each part checked against the bytes. */
export interface OciFacts {
  /** `imageLayoutVersion` of `oci-layout`. */
  readonly layoutVersion: string | undefined;
  /** Faults as sentences, by the part that they concern. */
  readonly problems: readonly OciProblem[];
  /** The platform that the index names for this image. */
  readonly indexPlatform: OciPlatform | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: OciConfigFacts | undefined;
  readonly layers: readonly LayerFacts[];
}

export interface OciProblem {
  readonly part: 'index' | 'manifest' | 'config' | 'digest';
  readonly message: string;
}

export interface OciPlatform {
  readonly architecture: string;
  readonly os?: string | undefined;
  readonly variant?: string | undefined;
}

export interface OciConfigFacts {
  readonly platform: OciPlatform;
  readonly created: string | undefined;
  readonly user: string | undefined;
  /** Settings for a runtime, as they are written: `Cmd`, `Env`, `Labels`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly diffIds: readonly string[];
  /** `created` of each entry of the history. */
  readonly history: readonly (string | undefined)[];
}

export interface LayerFacts extends TarFacts {
  readonly digest: string;
}

/** A tar file as its headers describe it. */
export interface TarFacts {
  readonly compression: 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';
  /** Digest of the tar without compression; undefined if it could not be read. */
  readonly diffId: string | undefined;
  /** Why it could not be read to its end. */
  readonly problem: string | undefined;
  readonly entries: readonly TarEntryFact[];
}
