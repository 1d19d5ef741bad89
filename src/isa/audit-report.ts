import type { Problem } from '../errors.ts';
import type { Level, RepositoryLevel } from './levels.ts';

/** What the audit needs of an installed package; the packages of a lock have more. */
export interface AuditedPackage {
  readonly name: string;
  readonly evr: string;
  readonly arch: string;
  /** Id of its repository, if known. */
  readonly repoid?: string | undefined;
  /** The level of that repository, if repositories and not labels define it. */
  readonly level?: RepositoryLevel | undefined;
}

export interface AuditOptions {
  readonly architecture: 'x86_64' | 'aarch64';
  /** The level that the image declares; without one no file is above it. */
  readonly declared?: Level | undefined;
  /** The lowest level of the distribution's repositories, if known; otherwise v1. */
  readonly baseline?: RepositoryLevel | undefined;
  readonly packages?: readonly AuditedPackage[] | undefined;
  /** The name of the package that owns a path, according to the RPM database of the root. */
  readonly ownerOf?: ((path: string) => string | undefined) | undefined;
  /** `Host.checkpoint`, between steps of long work. */
  readonly checkpoint?: (() => Promise<void>) | undefined;
}

export interface AuditCounts {
  readonly entries: number;
  readonly directories: number;
  readonly files: number;
  /** Each file counts once, however many names it has. */
  readonly bytes: number;
  readonly elf: number;
  /** ELF files with impossible notes or sizes. */
  readonly damaged: number;
  /** ELF files for another processor, or big-endian. */
  readonly foreign: number;
  /** ELF files with 32-bit pointers; `elf` includes them. */
  readonly bits32: number;
  /** Static programs, which no loader checks. */
  readonly staticPrograms: number;
  /** Compressed kernel modules, which hew does not judge. */
  readonly compressedModules: number;
  /** None is followed. */
  readonly symlinks: number;
  readonly linkLoops: number;
  readonly hardlinks: number;
  readonly fifos: number;
  readonly sockets: number;
  readonly devices: number;
  /** Folders and files that could not be opened. */
  readonly unreadable: number;
}

/** A file with a finding, and the package that owns it. */
export interface AuditedFile {
  readonly path: string;
  readonly package: string | undefined;
}

export interface HwcapsFolder {
  readonly path: string;
  readonly level: Level;
  readonly elf: number;
}

export interface PackageNeed {
  readonly name: string;
  /** The level of its label or repository; undefined for noarch, other processors and unknown packages. */
  readonly claimed: Level | undefined;
  /** The highest level that one of its files declares outside `glibc-hwcaps`; undefined if none declares any. */
  readonly needed: Level | undefined;
  readonly elf: number;
}

export interface PackageSummary {
  readonly total: number;
  readonly claimed: Readonly<Record<Level, number>>;
  /** Packages for noarch, or for an architecture without levels. */
  readonly withoutLevel: number;
  /** `41 of 55 packages are v3`; undefined without packages, or if none is above the baseline. */
  readonly sentence: string | undefined;
}

/** The part of a report that results and evidence contain. */
export type AuditSummary = Pick<
  AuditReport,
  'declared' | 'highest' | 'glibcMinimum' | 'needs' | 'counts' | 'hwcaps' | 'upgrades'
> & {
  /** `3 of 17 packages are v3`; absent for a baseline image. */
  readonly packages?: string;
};

export interface AuditReport {
  readonly architecture: 'x86_64' | 'aarch64';
  readonly declared: Level | undefined;
  /** Whether the image runs on its declared level: no file and no folder prevents it. */
  readonly passed: boolean;
  readonly counts: AuditCounts;
  /** ELF files outside `glibc-hwcaps` by the level that they declare; `nothing` if they declare none. */
  readonly needs: Readonly<Record<Level | 'nothing', number>>;
  /** The highest level that a file outside `glibc-hwcaps` needs. */
  readonly highest: Level | undefined;
  /**
   * The level that glibc itself needs: no dynamic program of the image runs below it. Undefined if glibc declares none.
   */
  readonly glibcMinimum: Level | undefined;
  readonly hwcaps: readonly HwcapsFolder[];
  readonly packages: readonly PackageNeed[];
  readonly packageSummary: PackageSummary;
  /** Whether dnf5 in the image will find newer packages of its level; undefined if no package has a level. */
  readonly upgrades: { readonly works: boolean; readonly reason: string } | undefined;
  readonly damaged: readonly (AuditedFile & { readonly reason: string })[];
  readonly linkLoops: readonly string[];
  /**
   * Each of these fails a build. At most ten problems of one code name a file; one more gives the number of the others.
   */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}
