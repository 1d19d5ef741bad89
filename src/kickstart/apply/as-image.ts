import { without } from '../../definition/plain.ts';
import { DISK_FORMATS } from '../../formats/rows.ts';
import type { DefinitionInput } from '../../definition/types.ts';
import { BIOS_BOOT, TABLE_MEBIBYTES } from './storage.ts';
import { formatMebibytes, readMebibytes } from '../syntax/sizes.ts';

type Disk = NonNullable<DefinitionInput['disk']>;
type Partitions = NonNullable<Disk['partitions']>;

/**
 * The image that a kickstart file is by itself. It gets what Anaconda would choose without being told, and what it does
 * not know of: a name and a version, and for a disk a kernel, firmware, the partition that the firmware needs, a root.
 */
export const asImage = (
  value: DefinitionInput,
  { name, formats }: { readonly name: string; readonly formats: readonly string[] },
): DefinitionInput => {
  const image = { name: imageNameOf(name), version: '1', ...value };
  if (formats.some((format) => DISK_FORMATS.includes(format))) return asDisk(image);
  // A container has neither, whatever the file says.
  return formats.length === 0 ? image : without(image, 'boot', 'disk');
};

/** A file name with what an image's name may not hold left out. */
export const imageNameOf = (stem: string): string =>
  stem
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '') || 'kickstart';

const asDisk = (value: DefinitionInput): DefinitionInput => {
  const bios = value.boot?.firmware === 'bios';
  const asked = value.disk?.partitions ?? [];
  const partitions = withRoot(bios ? asked : withEsp(asked));
  return {
    ...value,
    packages: { ...value.packages, install: [...(value.packages?.install ?? []), ...missingPackages(value, bios)] },
    // systemd-boot starts an image of any distribution that has no loader of its own among its packages.
    boot: { firmware: 'uefi', loader: bios || namesGrub(value) ? 'grub2' : 'systemd-boot', ...value.boot },
    disk: { ...value.disk, size: roomySize(partitions, leastOf(value.disk)), partitions },
  };
};

/**
 * Nobody gave the size of the disk: what `--grow` goes with is only the least, often 1. Whoever takes the rest gets 4 GiB
 * or more: Azure Linux's vm-base has 5 in all.
 */
const ROOM_MEBIBYTES = 4096;

const roomySize = (partitions: Partitions, least: number): string =>
  partitions.some(({ size }) => size === 'rest')
    ? formatMebibytes(fixedMebibytes(partitions) + Math.max(least, ROOM_MEBIBYTES) + TABLE_MEBIBYTES)
    : 'minimal';

const fixedMebibytes = (partitions: Partitions): number =>
  partitions.reduce((sum, { size }) => sum + (readMebibytes(size) ?? 0), 0);

/** MiB that the file asks for at least for what takes the rest, out of the size of a disk that has just that. */
const leastOf = (disk: Disk | undefined): number =>
  (readMebibytes(disk?.size) ?? 0) - fixedMebibytes(disk?.partitions ?? []) - TABLE_MEBIBYTES;

/** Anaconda adds a kernel unless the file names one or keeps it out, and GRUB where the firmware is BIOS. */
const missingPackages = ({ packages }: DefinitionInput, bios: boolean): readonly string[] => {
  const { install = [], exclude = [] } = packages ?? {};
  const isNamed = (stem: string): boolean =>
    install.some((name) => name === stem || name.startsWith(`${stem}-`)) || exclude.includes(stem);
  return ['kernel', ...(bios ? ['grub2-pc'] : [])].filter((name) => !isNamed(name));
};

/** Whoever names GRUB for UEFI wants it to start the machine, as Anaconda would have it do; shim comes with it if named. */
const namesGrub = ({ packages }: DefinitionInput): boolean =>
  (packages?.install ?? []).some((name) => /^grub2-efi(?:-x64|-aa64|-binary)?$/.test(name));

/** A file for BIOS machines becomes an image for UEFI; one with a BIOS boot partition and no ESP stays for BIOS. */
const withEsp = (partitions: Partitions): Partitions =>
  partitions.some(({ mount, type }) => mount === '/boot/efi' || mount === '/efi' || type === BIOS_BOOT)
    ? partitions
    : [{ mount: '/boot/efi', filesystem: 'vfat', size: '512MiB' }, ...partitions];

const withRoot = (partitions: Partitions): Partitions => {
  if (partitions.some(({ mount }) => mount === '/')) return partitions;
  const takesRest = partitions.some(({ size }) => size === 'rest');
  return [...partitions, { mount: '/', filesystem: 'ext4', size: takesRest ? 'minimal' : 'rest' }];
};
