import type { Problem } from '../errors.ts';
import type { Level, RepositoryLevel } from './levels.ts';

/** What the audit looks at in an installed package; the lock's packages have more. */
export interface AuditedPackage {
  readonly name: string;
  readonly evr: string;
  readonly arch: string;
  /** Id of the repository that it came from, where that is known. */
  readonly repoid?: string | undefined;
  /** The level of that repository, where repositories and not labels carry it. */
  readonly level?: RepositoryLevel | undefined;
}

export interface AuditOptions {
  readonly architecture: 'x86_64' | 'aarch64';
  /** The level that the image claims; without one nothing can be too high. */
  readonly declared?: Level | undefined;
  /** What the distribution's repositories need at least, where that is known: v1 else. */
  readonly baseline?: RepositoryLevel | undefined;
  readonly packages?: readonly AuditedPackage[] | undefined;
  /** The name of the package that owns a path, from the RPM database of the root. */
  readonly ownerOf?: ((path: string) => string | undefined) | undefined;
}

export interface AuditCounts {
  readonly entries: number;
  readonly directories: number;
  readonly files: number;
  /** Of the files, each counted once however many names it has. */
  readonly bytes: number;
  readonly elf: number;
  /** ELF files whose notes or sizes cannot be true. */
  readonly damaged: number;
  /** ELF files for another processor, or big-endian. */
  readonly foreign: number;
  /** ELF files with 32-bit pointers, among `elf`. */
  readonly bits32: number;
  /** Programs that no loader checks, since they are static. */
  readonly staticPrograms: number;
  /** Kernel modules inside a compressed file, which cannot be judged. */
  readonly compressedModules: number;
  /** None of them is followed. */
  readonly symlinks: number;
  readonly linkLoops: number;
  readonly hardlinks: number;
  readonly fifos: number;
  readonly sockets: number;
  readonly devices: number;
  /** Folders and files that could not be opened. */
  readonly unreadable: number;
}

/** A file of note, with the package that owns it. */
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
  /** What its label or repository says; undefined for noarch, other processors and unknown packages. */
  readonly claimed: Level | undefined;
  /** The highest level that a file of it declares outside `glibc-hwcaps`; undefined: none declares anything. */
  readonly needed: Level | undefined;
  readonly elf: number;
}

export interface PackageSummary {
  readonly total: number;
  readonly claimed: Readonly<Record<Level, number>>;
  /** noarch, or of an architecture without levels. */
  readonly withoutLevel: number;
  /** `41 of 55 packages are v3`; undefined without packages or without a level above the baseline. */
  readonly sentence: string | undefined;
}

/** What of a report goes into results and evidence. */
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
  /** No file and no folder stands in the way of running the image on its declared level. */
  readonly passed: boolean;
  readonly counts: AuditCounts;
  /** ELF files by the level that they need; `nothing`: they declare none. Outside `glibc-hwcaps`. */
  readonly needs: Readonly<Record<Level | 'nothing', number>>;
  /** The highest level that a file outside `glibc-hwcaps` needs. */
  readonly highest: Level | undefined;
  /** What glibc itself needs: nothing dynamic in the image runs below it. Undefined without a glibc that says so. */
  readonly glibcMinimum: Level | undefined;
  readonly hwcaps: readonly HwcapsFolder[];
  readonly packages: readonly PackageNeed[];
  readonly packageSummary: PackageSummary;
  /** Whether the image's own dnf5 will see newer packages of its level; undefined where no package has a level. */
  readonly upgrades: { readonly works: boolean; readonly reason: string } | undefined;
  readonly damaged: readonly (AuditedFile & { readonly reason: string })[];
  readonly linkLoops: readonly string[];
  /** Errors: each fails a build. Of each code at most ten name a file; one more says how many others there are. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}
