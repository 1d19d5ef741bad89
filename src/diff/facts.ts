import type { LockFile } from '../packages/lock-file.ts';
import type { TargetName } from '../packages/lock-request.ts';
import type { ComparedPackage } from '../packages/package-changes.ts';

/**
 * What can be known of an image, by part; of which parts depends on where it was read. `attributes`: extended ones, of
 * which `labels` are those of SELinux. `settings`: those of the system in it. `container`: what the OCI configuration
 * says. `disk`: partitions, how it starts, the EFI system partition.
 */
export const PARTS = ['level', 'packages', 'files', 'attributes', 'labels', 'settings', 'container', 'disk'] as const;
export type Part = (typeof PARTS)[number];

/** What a comparison sees of an image, wherever it was read: a root, an artifact, a lock. Plain data. */
export interface ComparedImage {
  /** How the comparison calls it. */
  readonly name: string;
  /** `x86_64-v3`: which of several images it is, where that is known. */
  readonly target?: string;
  readonly knows: readonly Part[];
  /** `x86_64-v3`. */
  readonly level?: string;
  readonly packages: readonly ComparedPackage[];
  /** What the sizes of packages count: bytes of their files, or of RPM files. */
  readonly measure: 'installed' | 'rpm';
  readonly files?: readonly FileFacts[];
  /** Files of the EFI system partition, below where it is mounted. */
  readonly esp?: readonly FileFacts[];
  /**
   * Settings by name, as text: `os-release.VERSION_ID`, `oci.config.Cmd`. Those of the part `container` begin with
   * `oci.`, those of `disk` with `disk.` or `boot.`.
   */
  readonly configuration: Readonly<Record<string, string>>;
}

/** One entry of a root. */
export interface FileFacts {
  /** Absolute in the image, without a slash at the end. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'device' | 'fifo' | 'socket';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Numbers, as the file system holds them. */
  readonly owner: number;
  readonly group: number;
  /** Bytes of a regular file. */
  readonly size?: number;
  /** `sha256:…` of a regular file. */
  readonly digest?: string;
  /** When it was last changed, seconds since 1970; left out where only what decides about an image is compared. */
  readonly time?: number;
  /** Of a symbolic link, or the numbers of a device. */
  readonly target?: string;
  /** Extended attributes by name, capabilities and SELinux labels among them, each value as printable text. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The name of the package that owns it. */
  readonly package?: string;
}

/** What a lock says of one target; sizes are those of RPM files. */
export const factsOfLock = (lock: LockFile, target: TargetName, name: string): ComparedImage => ({
  name,
  target,
  knows: ['level', 'packages'],
  level: target,
  measure: 'rpm',
  packages: lock.packages.filter(({ targets }) => targets.includes(target)),
  configuration: {},
});
