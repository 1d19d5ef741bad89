import type { ByteSource } from '../../byte-source.ts';
import { readFields, type Fields } from '../fields.ts';
import { attempt } from '../attempt.ts';
import { readBootSector } from './fat-geometry.ts';
import { readExt4 } from './ext4.ts';

/** What a superblock says about a file system. */
export interface FilesystemFacts {
  readonly type: 'ext4' | 'xfs' | 'btrfs' | 'erofs' | 'vfat' | 'swap';
  readonly label: string;
  /** As blkid(8) prints it. */
  readonly uuid: string;
  /** Bytes of the file system, if the superblock states them. */
  readonly size: number | undefined;
}

type Bytes = Pick<ByteSource, 'size' | 'read'>;

/** Identifies the file system in a partition. Undefined for none, an unknown or a damaged one. */
export function probeFilesystem(partition: Bytes): FilesystemFacts | undefined {
  for (const probe of PROBES) {
    const found = attempt(() => probe(partition));
    if (found.ok && found.value !== undefined) return found.value;
  }
  return undefined;
}

type Probe = (partition: Bytes) => FilesystemFacts | undefined;

const PROBES: readonly Probe[] = [
  (partition) => {
    const found = readExt4(partition);
    return found.ok ? { type: 'ext4', label: found.value.label, uuid: found.value.uuid, size: found.value.size } : undefined;
  },
  // https://docs.kernel.org/filesystems/xfs/ : the superblock is the first sector, big-endian.
  (partition) => whenMagic(readFields(partition, 'XFS', 0, 264, 'big'), 0, 'XFSB', (block) => ({
    type: 'xfs', label: block.text(108, 12), uuid: block.uuid(32), size: block.u32(4) * block.u64(8),
  })),
  // https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html : 64 KiB from the start.
  (partition) => whenMagic(readFields(partition, 'btrfs', 64 * 1024, 4096), 64, '_BHRfS_M', (block) => ({
    type: 'btrfs', label: block.text(299, 256), uuid: block.uuid(32), size: block.u64(112),
  })),
  // https://erofs.docs.kernel.org/en/latest/ondisk/core_ondisk.html : 1 KiB from the start.
  (partition) => {
    const block = readFields(partition, 'EROFS', 1024, 128);
    if (block.u32(0) !== 0xe0f5_e1e2) return undefined;
    return { type: 'erofs', label: block.text(64, 16), uuid: block.uuid(48), size: block.u32(36) * 2 ** block.u8(12) };
  },
  (partition) => {
    const boot = readBootSector(partition);
    return { type: 'vfat', label: boot.label, uuid: volumeIdText(boot.volumeId), size: boot.size };
  },
  // mkswap(8) puts the signature at the end of the first page and its header 1 KiB from the start.
  (partition) => whenMagic(readFields(partition, 'swap', 0, 4096), 4086, 'SWAPSPACE2', (page) => ({
    type: 'swap', label: page.text(1052, 16), uuid: page.uuid(1036), size: (page.u32(1028) + 1) * 4096,
  })),
];

const whenMagic = (
  block: Fields,
  offset: number,
  magic: string,
  describe: (block: Fields) => FilesystemFacts,
): FilesystemFacts | undefined => (block.text(offset, magic.length) === magic ? describe(block) : undefined);

/** A FAT volume id as blkid(8) prints it: `1A2B-3C4D`. */
export const volumeIdText = (id: number): string =>
  id.toString(16).toUpperCase().padStart(8, '0').replace(/^(.{4})/, '$1-');
