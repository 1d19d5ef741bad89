import type { DiskContainer } from '../formats/open-disk.ts';
import type { DiskFormat } from '../formats/rows.ts';
import type { DiskPartition } from '../readers/read-partitions.ts';
import type { BootSettings } from '../definition/index.ts';
import type { BootFacts, KernelFacts } from './boot-facts.ts';
import type { OciFacts, TarFacts } from './oci-facts.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { Architecture } from '../isa/rows.ts';

/** Everything that rules may ask about one image: gathered once, plain data, never changed. */
export interface ImageFacts {
  readonly artifact: ArtifactFacts;
  /** Undefined for what is no disk. */
  readonly disk: DiskFacts | undefined;
  /** Undefined for what is no OCI image. */
  readonly oci: OciFacts | undefined;
  /** The tar file itself, where the artifact is a tar of a root. */
  readonly tar: TarFacts | undefined;
  /** Undefined where no root file system was found. */
  readonly root: RootFacts | undefined;
  /** How it starts; undefined without a disk. */
  readonly boot: BootFacts | undefined;
  readonly expected: Expectations;
}

/** What its definition requested; undefined values are unknown, and rules judge by the image alone. */
export interface Expectations {
  readonly fips?: boolean | undefined;
  readonly secureBoot?: BootSettings['secure-boot'] | undefined;
  /** Values of os-release(5) that the distribution gives. */
  readonly osRelease?: Readonly<Record<string, string>> | undefined;
  /** Bytes. */
  readonly installedLimit?: number | undefined;
  readonly compressedLimit?: number | undefined;
  readonly ociUser?: string | undefined;
}

export interface ArtifactFacts {
  /** File name, without its folder. */
  readonly name: string;
  readonly format: 'folder' | 'oci' | 'tar' | DiskFormat;
  /** Bytes of the file, or of all files of a layout. */
  readonly size: number;
  /** Bytes that it takes on this machine's disk. */
  readonly allocated: number;
  /** Text of the PowerShell script beside it, if there is one. */
  readonly script: string | undefined;
}

export interface DiskFacts {
  /** The archive that the disk was in. */
  readonly archive?: { readonly format: DiskFormat; readonly tar: TarFacts } | undefined;
  readonly container: DiskContainer;
  /** Bytes that the guest sees. */
  readonly size: number;
  readonly table: TableFacts | undefined;
  /** Why there is no table. */
  readonly tableProblem: string | undefined;
  /** Files of the EFI system partition; undefined where there is none or it cannot be read. */
  readonly esp: readonly EspFact[] | undefined;
  readonly espProblem: string | undefined;
}

export interface TableFacts {
  readonly label: 'gpt' | 'mbr';
  readonly partitions: readonly PartitionFacts[];
  /** Whether the first sector has code that a BIOS would run. */
  readonly bootCode: boolean;
  readonly problems: readonly string[];
}

/** A partition as its table and its content describe it, and how the image uses it. */
export interface PartitionFacts extends Omit<DiskPartition, 'content' | 'other'>, Partial<Pick<DiskPartition, 'other'>> {
  /** Where the image mounts it; undefined if it does not say. */
  readonly mount: string | undefined;
  /** Whether it holds an operating system. */
  readonly holdsRoot: boolean;
}

export interface EspFact {
  /** From the top of the partition: `EFI/BOOT/BOOTX64.EFI`. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly size: number;
}

/** A file of the root that a rule needs: `gather/interest.ts` lists them, and rules read them through `read/files.ts`. */
export interface FileFact {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** The target of a link as written. */
  readonly target?: string;
  /** What a link points to inside the root; undefined if that does not exist. */
  readonly leadsTo?: Pick<FileFact, 'kind' | 'size'>;
  /** Content of a text file that is read; of a link, the content of its target inside the root. */
  readonly text?: string;
  /** Why its text is missing, although it has one. */
  readonly unread?: string;
}

export interface RootFacts {
  readonly architecture: Architecture | undefined;
  readonly files: readonly FileFact[];
  readonly osRelease: Readonly<Record<string, string>>;
  readonly kernels: readonly KernelFacts[];
  readonly packages: readonly InstalledPackage[];
  /** Bytes of all files, a hard link counted once. */
  readonly installedSize: number;
  /** `MICROARCHITECTURE_LEVEL` of /etc/hew-release. */
  readonly level: string | undefined;
}
