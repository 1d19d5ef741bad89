import type { Partition } from '../../definition/types.ts';
import { BIOS_BOOT, TABLE_MEBIBYTES } from '../apply/storage.ts';
import { readMebibytes } from '../sizes.ts';
import { command, type Exporting } from './writer.ts';

/** The lines for `disk`. Without partitions Anaconda makes its own plain ones. */
export const exportDisk = (exporting: Exporting): readonly string[] => {
  const {
    definition: { disk, boot },
    omit,
  } = exporting;
  if (boot?.loader === 'uki') omit('boot.loader', 'Anaconda installs no unified kernel image by itself');
  if (boot !== undefined && boot['initrd-drivers'].length > 0)
    omit('boot.initrd-drivers', 'dracut chooses the drivers of the machine');
  const label = disk?.label === 'mbr' ? 'msdos' : disk?.label;
  const erase = ['zerombr', command('clearpart', [], { '--all': true, '--initlabel': true, '--disklabel': label })];
  if (disk === undefined || disk.partitions.length === 0) return [...erase, 'autopart --type=plain --noswap'];
  const rest = disk.partitions.find(({ size }) => size === 'rest');
  if (disk.size !== 'minimal' && rest === undefined)
    omit('disk.size', 'without a partition that takes the rest, kickstart has no word for it');
  return [...erase, ...disk.partitions.flatMap((partition) => exportPartition(partition, leastSize(disk), exporting))];
};

type Disk = NonNullable<Exporting['definition']['disk']>;

/** MiB left for the partition that takes the rest, on the disk of the definition; undefined where that is not known. */
const leastSize = ({ size, partitions }: Disk): number | undefined => {
  const total = readMebibytes(size);
  if (total === undefined) return undefined;
  const others = partitions.reduce((sum, partition) => sum + (readMebibytes(partition.size) ?? 0), TABLE_MEBIBYTES);
  return total > others ? total - others : undefined;
};

const exportPartition = (partition: Partition, least: number | undefined, { omit }: Exporting): readonly string[] => {
  const path = `disk.partitions."${partition.mount}"`;
  const isBiosBoot = partition.type?.toLowerCase() === BIOS_BOOT;
  const grows = partition.size === 'rest';
  const mebibytes = grows ? least : readMebibytes(partition.size);
  if (partition.mount === 'none' && !isBiosBoot) {
    omit(path, 'kickstart has no partition without a mount point');
    return [];
  }
  if (partition.subvolumes.length > 0) omit(`${path}.subvolumes`, 'they would need `btrfs` commands');
  if (partition.type !== undefined && !isBiosBoot) omit(`${path}.type`, 'Anaconda chooses partition types itself');
  if (!grows && mebibytes === undefined)
    omit(`${path}.size`, 'kickstart needs a size in MiB; the line asks for 1024 and more');
  return [
    command('part', [isBiosBoot ? 'biosboot' : partition.mount], {
      '--fstype': isBiosBoot ? 'biosboot' : fileSystem(partition),
      '--size': mebibytes ?? (grows ? undefined : 1024),
      '--grow': grows || mebibytes === undefined,
      '--label': partition.label,
      '--fsoptions': partition.options,
      '--mkfsoptions': partition['mkfs-options'].length > 0 ? partition['mkfs-options'].join(' ') : undefined,
    }),
  ];
};

const fileSystem = ({ mount, filesystem }: Partition): string | undefined =>
  mount === '/boot/efi' && filesystem === 'vfat' ? 'efi' : mount === 'swap' ? undefined : filesystem;
