import type { BootFiles } from '../boot-files.ts';

/** What the boot stage must know of the disk, before it is made. A subset of what src/disk identifies. */
export interface BootDisk {
  readonly label: 'gpt' | 'mbr';
  readonly partitions: readonly BootPartition[];
}

export interface BootPartition {
  readonly role: string;
  /** An absolute path, `swap` or `none`. */
  readonly mount: string;
  readonly filesystem: string;
  /** GPT type. */
  readonly type: string;
  /** As `UUID=` takes it. */
  readonly filesystemUuid: string;
  /** Whether it is to grow to the disk at first boot. */
  readonly grows: boolean;
  readonly settings: {
    readonly options: readonly string[];
    readonly subvolumes: readonly { readonly name: string; readonly mount: string }[];
  };
}

/** What the boot stage made. Files that belong into the root have been written there. */
export interface BootResult extends BootFiles {
  /** Absolute paths of the initrds, by kernel version, newest kernel first. */
  readonly initrds: readonly { readonly version: string; readonly path: string; readonly fromCache: boolean }[];
  readonly commandLine: string;
  /** The first program that the firmware starts, for people: `systemd-boot`, `shim`, `GRUB`, `UKI`. */
  readonly firstLoader: 'systemd-boot' | 'shim' | 'GRUB' | 'UKI';
  /** Why a machine that enforces Secure Boot would not start it: none where it would; undefined where that was not asked. */
  readonly secureBootFaults: readonly string[] | undefined;
  /** What grows the root partition at first boot; undefined where nothing does. */
  readonly growsBy: 'systemd-repart' | 'growpart' | undefined;
}
