import type { LockFile } from '../packages/lock-file.ts';
import type { TargetName } from '../packages/lock-request.ts';
import type { ComparedPackage } from '../packages/package-changes.ts';

/** What a comparison sees of an image, wherever it was read: a root, an artifact, a lock. Plain data. */
export interface ImageFacts {
  /** How the comparison calls it. */
  readonly name: string;
  /** `x86_64-v3`, where that is known. */
  readonly level?: string;
  readonly packages: readonly ComparedPackage[];
  /** Undefined when its files are not known, as of a lock: then files are not compared. */
  readonly files?: readonly FileFacts[];
  /** Settings by name, as text: `os-release.VERSION_ID`, `oci.config.Cmd`, `kernel-cmdline`. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** One entry of a root. Times are left out: what decides about an image is in the rest. */
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
  /** Of a symbolic link, or the numbers of a device. */
  readonly target?: string;
  /** Extended attributes by name, capabilities and SELinux labels among them, each value as printable text. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The name of the package that owns it. */
  readonly package?: string;
}

/** What a lock says of one target; sizes are those of RPM files. Pure. */
export const factsOfLock = (lock: LockFile, target: TargetName, name: string): ImageFacts => ({
  name,
  level: target,
  packages: lock.packages.filter(({ targets }) => targets.includes(target)),
  configuration: {},
});
