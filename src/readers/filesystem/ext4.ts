import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';

/** An ext2, ext3 or ext4 superblock: https://docs.kernel.org/filesystems/ext4/super.html */
export interface Ext4Superblock {
  readonly label: string;
  readonly uuid: string;
  readonly hashSeed: string;
  readonly blockSize: number;
  /** Bytes of the whole file system. */
  readonly size: number;
  readonly free: number;
  readonly inodes: number;
  readonly freeInodes: number;
  /** Bytes that only root may use. */
  readonly reserved: number;
  readonly features: readonly string[];
  /** Seconds since 1970. */
  readonly made: number;
  readonly clean: boolean;
}

/** Names as e2fsprogs prints them, by word of the superblock and bit. */
const FEATURES: readonly (readonly [offset: number, names: Readonly<Record<number, string>>])[] = [
  [0x5c, { 2: 'has_journal', 3: 'ext_attr', 4: 'resize_inode', 5: 'dir_index', 9: 'sparse_super2', 10: 'fast_commit', 11: 'stable_inodes', 12: 'orphan_file' }],
  [0x60, {
    0: 'compression', 1: 'filetype', 2: 'needs_recovery', 3: 'journal_dev', 4: 'meta_bg', 6: 'extent', 7: '64bit', 8: 'mmp',
    9: 'flex_bg', 10: 'ea_inode', 12: 'dirdata', 13: 'metadata_csum_seed', 14: 'large_dir', 15: 'inline_data', 16: 'encrypt', 17: 'casefold',
  }],
  [0x64, {
    0: 'sparse_super', 1: 'large_file', 3: 'huge_file', 4: 'uninit_bg', 5: 'dir_nlink', 6: 'extra_isize', 8: 'quota',
    9: 'bigalloc', 10: 'metadata_csum', 12: 'read-only', 13: 'project', 14: 'shared_blocks', 15: 'verity', 16: 'orphan_present',
  }],
];

/** Reads the superblock, at 1 KiB in the partition. */
export const readExt4 = (partition: Pick<ByteSource, 'size' | 'read'>): Reading<Ext4Superblock> =>
  attempt(() => {
    const block = readFields(partition, 'the ext4 superblock', 1024, 1024);
    if (block.u16(0x38) !== 0xef53) throw new BadBytes('there is no ext4 superblock');
    const shift = block.u32(0x18);
    if (shift > 6) throw new BadBytes(`ext4 blocks of 2^${shift + 10} bytes`);
    const blockSize = 1024 * 2 ** shift;
    const features = FEATURES.flatMap(([offset, names]) => namesOf(block.u32(offset), names));
    const wide = features.includes('64bit');
    const blocks = (low: number, high: number): number =>
      (block.u32(low) + (wide ? block.u32(high) * 2 ** 32 : 0)) * blockSize;
    return {
      label: block.text(0x78, 16),
      uuid: block.uuid(0x68),
      hashSeed: block.uuid(0xec),
      blockSize,
      size: blocks(0x04, 0x150),
      free: blocks(0x0c, 0x158),
      reserved: blocks(0x08, 0x154),
      inodes: block.u32(0x00),
      freeInodes: block.u32(0x10),
      features,
      made: block.u32(0x108) + block.u8(0x276) * 2 ** 32,
      clean: (block.u16(0x3a) & 3) === 1 && !features.includes('needs_recovery'),
    };
  });

/** Unknown bits are listed by number. */
const namesOf = (word: number, names: Readonly<Record<number, string>>): readonly string[] =>
  Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => (word & (1 << bit)) !== 0)
    .map((bit) => names[bit] ?? `bit${bit}`);
