import type { Nevra } from './nevra.ts';

/** A package that was chosen, and why it is there. */
export interface ChosenPackage extends Nevra {
  readonly repository: string;
  readonly reason: 'asked' | 'dependency' | 'weak dependency' | 'group';
}

/** What a package is pinned by: `sha256:` or `sha512:` and hexadecimal digits. Other algorithms can be forged, or are rare. */
export type PackageChecksum = `${ChecksumKind}:${string}`;
export const CHECKSUM_KINDS = ['sha256', 'sha512'] as const;
export type ChecksumKind = (typeof CHECKSUM_KINDS)[number];

/** A package pinned to its bytes: what a lock says of it. */
export interface PinnedPackage extends ChosenPackage {
  /** Of the RPM file. */
  readonly checksum: PackageChecksum;
  /** Bytes of the RPM file. */
  readonly size: number;
  /** Path of the RPM file relative to its repository, where that is known. */
  readonly location?: string;
  /** `bash-5.3-2.src.rpm`, where that is known. */
  readonly sourceRpm?: string;
  /** Ids of the advisories that its last update followed. */
  readonly advisories?: readonly string[];
}

/** A pinned package, and where it lies in a stored transaction. */
export interface LockedPackage extends PinnedPackage {
  /** Path in the folder of the stored transaction. */
  readonly file: string;
}

/** A package whose RPM file is at hand. */
export interface FetchedPackage extends LockedPackage {
  /** Of the RPM file, as hew measured it. */
  readonly sha256: string;
}

/** Exactly what is installed for one target. */
export interface Lock {
  readonly packages: readonly FetchedPackage[];
}

export const checksumKind = (checksum: PackageChecksum): ChecksumKind => (checksum.startsWith('sha512:') ? 'sha512' : 'sha256');

/**
 * Packages sorted by digest. What is derived from a set of packages, such as a disk's seed or a cache key, takes them
 * in this order: dnf5 and a lock file list the same packages in different orders.
 */
export const sortByDigest = <T extends Pick<FetchedPackage, 'sha256'>>(packages: readonly T[]): readonly T[] =>
  packages.toSorted((a, b) => (a.sha256 === b.sha256 ? 0 : a.sha256 < b.sha256 ? -1 : 1));
