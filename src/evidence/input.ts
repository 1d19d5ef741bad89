import type { Deviation } from '../definition/index.ts';
import type { Digest } from '../digest.ts';
import type { Artifact } from '../formats/artifact.ts';
import type { AuditSummary } from '../isa/audit-report.ts';
import type { ToolPackage } from '../host/port.ts';
import type { Level, RepositoryLevel } from '../isa/levels.ts';
import type { ChosenPackage } from '../packages/lock.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { Architecture } from '../isa/rows.ts';

/** All input of evidence: a plain value, so that equal builds give equal bytes wherever they ran. */
export interface EvidenceInput {
  readonly image: { readonly name: string; readonly version: string; readonly summary?: string };
  readonly distribution: {
    readonly id: string;
    readonly name: string;
    readonly releasever: string;
    readonly baseline?: RepositoryLevel;
    /** The old state that packages were taken from. */
    readonly snapshot?: string;
  };
  /** Of the plan: the same in every folder, and what `hew plan` prints. */
  readonly definition: Digest;
  /** Of the text of the lock file, where the build was locked. */
  readonly lock?: Digest;
  readonly builder: EvidenceBuilder;
  /** Seconds since 1970 that the image's files carry. The only time in reproducible evidence. */
  readonly epoch: number;
  readonly targets: readonly EvidenceTarget[];
  readonly artifacts: readonly Artifact[];
  /** Path of the artifacts from the evidence, such as `../`; beside it when absent. */
  readonly artifactsAt?: string;
  readonly deviations: readonly Deviation[];
  /** Results of the rules for each image before it was published. */
  readonly rules: readonly EvidenceRules[];
  /** Seconds by stage. Not reproducible, so they are in a file of their own. */
  readonly timings: Readonly<Record<string, number>>;
}

/** The result of a platform's rules for one image of an artifact. A broken rule that is not accepted fails the build. */
export interface EvidenceRules {
  readonly artifact: string;
  readonly platform: string;
  /** Which of several images in one artifact: `amd64`, `amd64/v3`. */
  readonly image: string | undefined;
  readonly passed: readonly string[];
  readonly warnings: readonly AcceptedFault[];
  readonly accepted: readonly (AcceptedFault & { readonly reason: string })[];
}

export interface AcceptedFault {
  readonly id: string;
  /** What was found. */
  readonly detail: string;
}

export interface EvidenceBuilder {
  /** Version of hew. */
  readonly version: string;
  /** URI of who ran the build, for SLSA; a CI system has one. */
  readonly id?: string;
  /** Versions of the tools that decide about bytes. */
  readonly tools?: Readonly<Record<string, string>>;
  /** Debian packages that the tools come from, where they are hew's own tree. */
  readonly packages?: readonly ToolPackage[];
}

/** One machine that the image is for, and the content of the image for it. */
export interface EvidenceTarget {
  readonly arch: Architecture;
  readonly level: Level;
  /** Up to which level it has libraries below glibc-hwcaps. */
  readonly hwcaps?: Level;
  readonly repositories: readonly EvidenceRepository[];
  readonly packages: readonly EvidencePackage[];
  /** Of the root: number of entries and bytes of regular files. */
  readonly files?: { readonly count: number; readonly bytes: number };
  /** What the ELF files inside need. */
  readonly audit?: AuditSummary;
  /** Whether a machine that enforces Secure Boot starts it, as a sentence; absent if Secure Boot does not matter. */
  readonly secureBoot?: string;
}

export interface EvidenceRepository {
  readonly id: string;
  readonly level: RepositoryLevel;
  /** Without user names and passwords. */
  readonly urls: readonly string[];
  readonly gpgcheck: boolean;
  readonly repoGpgcheck: boolean;
  /** Why a check is off. */
  readonly reason?: string;
  readonly keys: readonly EvidenceKey[];
  /** Of the keys that its signatures were checked with. */
  readonly fingerprints?: readonly string[];
  /** Those of them that were taken although their owner signed them with SHA-1 alone: they are pinned. */
  readonly sha1Keys?: readonly string[];
  /** Of `repomd.xml`, where that is known. */
  readonly metadata?: Digest;
}

export interface EvidenceKey {
  /** File name or URL as the definition gives it, without folders of a machine. */
  readonly name: string;
  /** Of the keys of that file that may be used. */
  readonly digest?: Digest;
}

/** A package in the image, and where its bytes came from. */
export interface EvidencePackage extends InstalledPackage {
  readonly repository?: string;
  readonly why?: ChosenPackage['reason'];
  readonly rpm?: { readonly sha256: string; /** Bytes. */ readonly size: number; /** Where it was fetched. */ readonly url?: string };
}

/** `x86_64-v3`. */
export const nameOfTarget = ({ arch, level }: Pick<EvidenceTarget, 'arch' | 'level'>): string => `${arch}-${level}`;
