import type { Partition } from '../../definition/types.ts';
import { BIOS_BOOT, TABLE_MEBIBYTES } from '../apply/storage.ts';
import { readMebibytes } from '../syntax/sizes.ts';
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
  const isPlain = disk === undefined || isAutopart(disk);
  const label = disk?.label === 'mbr' ? 'msdos' : isPlain ? undefined : disk.label;
  const erase = ['zerombr', command('clearpart', [], { '--all': true, '--initlabel': true, '--disklabel': label })];
  if (isPlain) return [...erase, 'autopart --type=plain --noswap'];
  const rest = disk.partitions.find(({ size }) => size === 'rest');
  if (disk.size !== 'minimal' && rest === undefined)
    omit('disk.size', 'without a partition that takes the rest, kickstart has no word for it');
  return [...erase, ...disk.partitions.flatMap((partition, index) => exportPartition(partition, index + 1, leastSize(disk), exporting))];
};

/** None at all, or just those that hew reads out of `autopart --type=plain`. */
const isAutopart = ({ size: diskSize, partitions }: Disk): boolean => {
  const isBare = ({ label, options, 'mkfs-options': mkfs, subvolumes, type }: Partition): boolean =>
    label === undefined && type === undefined && options.length + mkfs.length + subvolumes.length === 0;
  const shapes = partitions.map(({ mount, filesystem, size }) => [mount, filesystem, size].join(' '));
  const plain = ['/boot/efi vfat 512MiB', '/boot ext4 1GiB', '/ ext4 rest'];
  return partitions.length === 0 || (diskSize === 'minimal' && partitions.every(isBare) && shapes.join() === plain.join());
};

type Disk = NonNullable<Exporting['definition']['disk']>;

/** MiB left for the partition that takes the rest, on the disk of the definition; undefined where that is not known. */
const leastSize = ({ size, partitions }: Disk): number | undefined => {
  const total = readMebibytes(size);
  if (total === undefined) return undefined;
  const others = partitions.reduce((sum, partition) => sum + (readMebibytes(partition.size) ?? 0), TABLE_MEBIBYTES);
  return total > others ? total - others : undefined;
};

const exportPartition = (
  partition: Partition,
  number: number,
  least: number | undefined,
  { omit }: Exporting,
): readonly string[] => {
  const path = `disk.partitions."${partition.mount}"`;
  const isBiosBoot = partition.type?.toLowerCase() === BIOS_BOOT;
  const grows = partition.size === 'rest';
  const mebibytes = grows ? least : readMebibytes(partition.size);
  if (partition.mount === 'none' && !isBiosBoot) {
    omit(path, 'kickstart has no partition without a mount point');
    return [];
  }
  const isVolume = partition.subvolumes.length > 0;
  if (isVolume && partition.options.length > 0) omit(`${path}.options`, 'a `btrfs` line takes no mount options');
  if (partition.type !== undefined && !isBiosBoot) omit(`${path}.type`, 'Anaconda chooses partition types itself');
  if (!grows && mebibytes === undefined)
    omit(`${path}.size`, 'kickstart needs a size in MiB; the line asks for 1024 and more');
  const member = `btrfs.${String(number).padStart(2, '0')}`;
  return [
    command('part', [isBiosBoot ? 'biosboot' : isVolume ? member : partition.mount], {
      '--fstype': isBiosBoot ? 'biosboot' : fileSystem(partition),
      '--size': mebibytes ?? (grows ? undefined : 1024),
      '--grow': grows || mebibytes === undefined,
      '--label': isVolume ? undefined : partition.label,
      '--fsoptions': isVolume ? [] : partition.options,
      '--mkfsoptions': isVolume ? undefined : mkfsOptions(partition),
    }),
    ...(isVolume ? exportSubvolumes(partition, member) : []),
  ];
};

/** A volume that nobody mounts as a whole, and the parts of it that are. They name it by a label, so it must have one. */
const exportSubvolumes = (partition: Partition, member: string): readonly string[] => {
  const label = partition.label ?? member.replace('.', '-');
  const isWhole = partition.subvolumes.every(({ mount }) => mount !== partition.mount);
  return [
    command('btrfs', [isWhole ? partition.mount : 'none'], { '--label': label, '--mkfsoptions': mkfsOptions(partition) })
      .concat(` ${member}`),
    ...partition.subvolumes.map(({ name, mount }) => command('btrfs', [mount], { '--subvol': true, '--name': name }).concat(` LABEL=${label}`)),
  ];
};

const mkfsOptions = (partition: Partition): string | undefined =>
  partition['mkfs-options'].length > 0 ? partition['mkfs-options'].join(' ') : undefined;

const fileSystem = ({ mount, filesystem }: Partition): string | undefined =>
  mount === '/boot/efi' && filesystem === 'vfat' ? 'efi' : mount === 'swap' ? undefined : filesystem;
