import type { RootIndex } from './root-index.ts';
import type { BootDisk, BootResult } from './types.ts';

/** A file of repart.d(5) for the root, or undefined where the partition is not to grow or systemd cannot do it. */
export function repartFile({ label, partitions }: BootDisk, index: RootIndex): string | undefined {
  const root = partitions.find(({ role, grows }) => role === 'root' && grows);
  // systemd-repart knows GPT only.
  if (root === undefined || label !== 'gpt' || index.resolve('/usr/bin/systemd-repart') === undefined) return undefined;
  const why = '# The root partition grows to the disk at first boot; its file system follows by fstab.';
  return `${why}\n[Partition]\nType=${root.type}\n`;
}

/** What grows the root at first boot. */
export function growerOf(disk: BootDisk, index: RootIndex): BootResult['growsBy'] {
  if (disk.partitions.every(({ grows }) => !grows)) return undefined;
  if (repartFile(disk, index) !== undefined) return 'systemd-repart';
  // cloud-init calls it.
  return index.resolve('/usr/bin/growpart') === undefined ? undefined : 'growpart';
}
