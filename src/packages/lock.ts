import type { Nevra } from './nevra.ts';

/** A package that was chosen, and why it is there. */
export interface ChosenPackage extends Nevra {
  readonly repository: string;
  readonly reason: 'asked' | 'dependency' | 'weak dependency' | 'group';
  /** File name inside the folder of the stored transaction. */
  readonly file: string;
}

/** A package pinned to its bytes. */
export interface LockedPackage extends ChosenPackage {
  /** Of the RPM file. */
  readonly sha256: string;
  /** Bytes of the RPM file. */
  readonly size: number;
  /** Path of the RPM file relative to its repository, where that is known. */
  readonly location?: string;
  /** `bash-5.3-2.src.rpm`, where that is known. */
  readonly sourceRpm?: string;
}

/** Exactly what is installed for one target. */
export interface Lock {
  readonly packages: readonly LockedPackage[];
}

/**
 * Packages sorted by digest. What is derived from a set of packages, such as a disk's seed or a cache key, takes them
 * in this order: dnf5 and a lock file list the same packages in different orders.
 */
export const sortByDigest = <T extends Pick<LockedPackage, 'sha256'>>(packages: readonly T[]): readonly T[] =>
  packages.toSorted((a, b) => (a.sha256 === b.sha256 ? 0 : a.sha256 < b.sha256 ? -1 : 1));
