import { filesystemOf, type BootSettings, type DiskSettings, type Partition } from '../../definition/index.ts';
import { DefinitionError } from '../../errors.ts';
import type { Architecture } from '../../isa/rows.ts';
import { volumeIdText } from '../../readers/filesystem/probe.ts';
import { deriveU32, deriveUuid } from '../derive-ids.ts';
import { namedType, PARTITION_TYPES, typeOfMount } from './partition-types.ts';

export type Filesystem = NonNullable<Partition['filesystem']>;

/** The disk as the definition requests it, before anything is measured. */
export interface DiskRequest {
  readonly disk: DiskSettings;
  readonly boot: BootSettings;
  readonly architecture: Architecture;
  /** Digest of what the image is made from: every identifier comes from it. */
  readonly seed: string;
}

/** A partition with all that is known of it before its size: enough for fstab and the kernel command line. */
export interface IdentifiedPartition {
  /** From 1, in the order on the disk. */
  readonly number: number;
  readonly role: 'root' | 'esp' | 'bios-boot' | 'swap' | 'data';
  /** An absolute path, `swap` or `none`. */
  readonly mount: string;
  readonly filesystem: Filesystem;
  readonly type: string;
  /** PARTUUID. On an MBR disk it is the disk's signature and the number. */
  readonly partitionUuid: string;
  /** As blkid(8) prints it and `UUID=` takes it; empty where there is no file system. */
  readonly filesystemUuid: string;
  /** PARTLABEL of a GPT partition. */
  readonly name: string;
  /** Whether it is to grow to the disk at first boot. */
  readonly grows: boolean;
  readonly settings: Partition;
}

export interface IdentifiedDisk {
  readonly label: 'gpt' | 'mbr';
  /** GPT disk GUID, or the MBR signature as eight hexadecimal digits. */
  readonly id: string;
  readonly partitions: readonly IdentifiedPartition[];
}

/**
 * Names every partition and gives it its identifiers. A BIOS machine with GPT gets the partition in which GRUB lies
 * first. Throws `DefinitionError` for a partition type that is not known.
 */
export function identifyDisk({ disk, boot, architecture, seed }: DiskRequest): IdentifiedDisk {
  const gpt = disk.label === 'gpt';
  const asked = disk.partitions.map((settings) => describe(settings, boot, architecture));
  const needsBiosBoot = gpt && boot.firmware === 'bios' && !asked.some(({ role }) => role === 'bios-boot');
  const all = needsBiosBoot ? [describe(BIOS_BOOT, boot, architecture), ...asked] : asked;
  const id = gpt ? deriveUuid(seed, 'disk') : deriveU32(seed, 'disk').toString(16).padStart(8, '0');
  const partitions = all.map((partition, index) => {
    const purpose = partition.mount.startsWith('/') ? partition.mount : `${partition.mount} ${index + 1}`;
    return {
      ...partition,
      number: index + 1,
      partitionUuid: gpt ? deriveUuid(seed, `partition ${purpose}`) : `${id}-${String(index + 1).padStart(2, '0')}`,
      filesystemUuid: filesystemUuid(partition.filesystem, seed, purpose),
    };
  });
  return { label: disk.label, id, partitions };
}

/** Large enough for any core.img, and the alignment of everything else. */
const BIOS_BOOT: Partition = {
  mount: 'none', filesystem: 'none', size: '1MiB', type: 'bios-boot', options: [], 'mkfs-options': [], subvolumes: [],
};

const ESP_MOUNTS: readonly string[] = ['/boot/efi', '/efi', '/boot'];

function describe(settings: Partition, boot: BootSettings, architecture: Architecture) {
  const { mount } = settings;
  const filesystem = filesystemOf(settings);
  // The deepest of them is the ESP; /boot is one only where it is FAT and the firmware is UEFI.
  const isEsp = ESP_MOUNTS.includes(mount) && filesystem === 'vfat' && boot.firmware === 'uefi';
  const type = settings.type === undefined
    ? typeOfMount(mount, isEsp, architecture) : namedType(settings.type, architecture);
  if (type === undefined) throw unknownType(settings);
  const role = roleOf(mount, filesystem, type, isEsp);
  const grows = role === 'root' && boot['grow-root'] && GROWING.includes(filesystem);
  return { role, mount, filesystem, type, name: nameOf(role, settings), grows, settings };
}

const GROWING: readonly Filesystem[] = ['ext4', 'xfs', 'btrfs'];

function roleOf(mount: string, filesystem: Filesystem, type: string, isEsp: boolean): IdentifiedPartition['role'] {
  if (mount === '/') return 'root';
  if (isEsp) return 'esp';
  if (type === PARTITION_TYPES['bios-boot']) return 'bios-boot';
  return filesystem === 'swap' ? 'swap' : 'data';
}

const nameOf = (role: IdentifiedPartition['role'], { label, mount }: Partition): string => {
  if (label !== undefined) return label;
  return role === 'data' ? mount.replace(/^\//, '').replaceAll('/', '-') : role;
};

function filesystemUuid(filesystem: Filesystem, seed: string, purpose: string): string {
  if (filesystem === 'none') return '';
  return filesystem === 'vfat' ? volumeIdText(deriveU32(seed, `vfat ${purpose}`)) : deriveUuid(seed, `file system ${purpose}`);
}

const unknownType = ({ type, mount }: Partition): DefinitionError =>
  new DefinitionError({
    code: 'partition-type',
    message: `\`${type ?? ''}\`, the type of the partition for ${mount}, is neither a UUID nor a known name`,
    hint: 'names are those of systemd-repart, such as `root`, `home`, `xbootldr`, `linux-generic`',
  });
