import type { Content } from './content.ts';
import type { Filesystem } from './identify.ts';
import { fatShape } from './fat-shape.ts';

const MIB = 2 ** 20;

/**
 * The least bytes of a partition whose file system can take a content. Lower bounds of each file system's own
 * bookkeeping, so that nothing that fits is refused; mkfs itself has the last word.
 */
export function neededSpace(filesystem: Filesystem, content: Content): number {
  return Math.ceil(NEEDED[filesystem](content) / MIB) * MIB;
}

/** The same with room to work in: what `size = "minimal"` gives. */
export const comfortableSpace = (filesystem: Filesystem, content: Content): number => {
  const needed = neededSpace(filesystem, content);
  return ROOMLESS.includes(filesystem) ? needed : Math.ceil((needed * 1.08 + 16 * MIB) / MIB) * MIB;
};

/** Nothing is ever written into these. */
const ROOMLESS: readonly Filesystem[] = ['erofs', 'none', 'swap'];

const data = ({ fileBytes, folderBytes }: Content): number => fileBytes + folderBytes;

const NEEDED: Readonly<Record<Filesystem, (content: Content) => number>> = {
  ext4: (content) => {
    // Journal, inode tables and bitmaps grow with the whole: a fixed point, reached within a few steps.
    let size = data(content) + MIB;
    for (let step = 0; step < 8; step += 1) {
      const inodes = Math.max(size / INODE_RATIO, content.inodes) * 256;
      const groups = Math.ceil(size / (128 * MIB));
      size = data(content) + ext4Journal(size) + inodes + groups * 3 * 4096 + 256 * 1024;
    }
    return size;
  },
  // Below 300 MiB mkfs.xfs refuses; its log takes 64 MiB of any of these sizes.
  xfs: (content) => Math.max(300 * MIB, data(content) * 1.01 + content.inodes * 512 + 72 * MIB),
  // Metadata is kept twice; chunks are given out whole.
  btrfs: (content) => Math.max(128 * MIB, data(content) * 1.005 + content.inodes * 1024 + 96 * MIB),
  // Made before the disk is planned: its content is the finished file system.
  erofs: data,
  vfat: (content) => fatShape(data(content)).size,
  swap: () => MIB,
  none: () => 0,
};

/** `-i` of mkfs.ext4, as hew passes it. */
export const INODE_RATIO = 16384;

/** `ext2fs_default_journal_size` of e2fsprogs, for blocks of 4 KiB. */
export function ext4Journal(size: number): number {
  const blocks = size / 4096;
  const row = JOURNALS.find(([below]) => blocks < below);
  return (row?.[1] ?? 262_144) * 4096;
}

const JOURNALS: readonly (readonly [below: number, journal: number])[] = [
  [2048, 0], [32_768, 1024], [262_144, 4096], [524_288, 8192], [4_194_304, 16_384], [8_388_608, 32_768],
  [16_777_216, 65_536], [33_554_432, 131_072],
];
