import type { Partition } from './types.ts';

/** The file system of a partition: the requested one, otherwise the usual one for its mount point. */
export function filesystemOf({ filesystem, mount }: Pick<Partition, 'filesystem' | 'mount'>): NonNullable<Partition['filesystem']> {
  return filesystem ?? BY_MOUNT[mount] ?? 'ext4';
}

const BY_MOUNT: Readonly<Record<string, NonNullable<Partition['filesystem']>>> =
  { '/boot/efi': 'vfat', '/efi': 'vfat', 'swap': 'swap', 'none': 'none' };
