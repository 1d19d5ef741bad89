import type { EfiProgram } from '../boot/efi/program.ts';

/** How a disk starts. */
export interface BootFacts {
  readonly entries: readonly BootEntry[];
  /** The program at the removable-media path; undefined if there is none. */
  readonly removable: EfiProgram | undefined;
  /** Programs of the EFI system partition, and kernels that boot entries start. */
  readonly programs: readonly EfiProgram[];
  /** What is named as a program or a configuration of a loader and cannot be read as one, as sentences. */
  readonly unreadable: readonly string[];
}

export interface BootEntry {
  readonly kind: 'uki' | 'bls' | 'grub';
  /** Where it is written: a path of the root, or `ESP:` and a path of that partition. */
  readonly from: string;
  readonly title: string;
  readonly commandLine: string;
  /** Version of the kernel, where the file names it. */
  readonly version: string | undefined;
  /** Paths as the loader sees them; undefined inside a UKI. */
  readonly kernel: string | undefined;
  readonly initrd: string | undefined;
  /** Why it starts no kernel, as sentences: files that it names are missing, or are something else. */
  readonly faults: readonly string[];
}

/** A kernel and the modules that it can load. Names of modules have `_`, as the kernel prints them. */
export interface KernelFacts {
  /** As `uname -r` prints it. */
  readonly version: string;
  readonly hasImage: boolean;
  /** A file in place of its image that is not a kernel. */
  readonly badImage?: string | undefined;
  readonly hasModules: boolean;
  readonly builtin: readonly string[];
  /** Modules in the root. */
  readonly modules: readonly string[];
  /** Modules in its initrd; undefined if there is none, or it could not be read. */
  readonly initrd: readonly string[] | undefined;
  /** Why the initrd could not be read. */
  readonly initrdProblem: string | undefined;
}
