import type { Partition } from './types.ts';

/** The file system of a partition: the one that was asked for, else what its mount point is for. */
export function filesystemOf({ filesystem, mount }: Pick<Partition, 'filesystem' | 'mount'>): NonNullable<Partition['filesystem']> {
  return filesystem ?? BY_MOUNT[mount] ?? 'ext4';
}

const BY_MOUNT: Readonly<Record<string, NonNullable<Partition['filesystem']>>> =
  { '/boot/efi': 'vfat', '/efi': 'vfat', 'swap': 'swap', 'none': 'none' };
