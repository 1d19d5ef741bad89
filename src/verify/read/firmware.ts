import { PARTITION_TYPES } from '../../disk/index.ts';
import type { DiskFacts, ImageFacts, PartitionFacts } from '../facts.ts';
import { findArchitecture, type Architecture } from '../../isa/rows.ts';

export const espsOf = (disk: DiskFacts): readonly PartitionFacts[] =>
  (disk.table?.partitions ?? []).filter(({ type }) => type === PARTITION_TYPES['esp'] || type === '0xef');

export const espOf = (disk: DiskFacts): PartitionFacts | undefined => espsOf(disk)[0];

/** The architecture whose firmware starts this path of the ESP without being told. */
const madeFor = (path: string): Architecture | undefined => findArchitecture(({ efi }) => efi.removable === path.toUpperCase());

/** The program that firmware starts by default, as written on the ESP; FAT ignores case. */
export const removableOf = (disk: DiskFacts): string | undefined =>
  disk.esp?.find(({ kind, path, size }) => kind === 'file' && size > 0 && madeFor(path) !== undefined)?.path;

export interface FirmwareFacts {
  readonly uefi: boolean;
  readonly bios: boolean;
  /** Why it does not boot by UEFI, and not by BIOS. */
  readonly uefiFault: string;
  readonly biosFault: string;
}

/** Which firmware a disk is made for, judged by its content. */
export function firmwareOf(disk: DiskFacts, { boot, root }: Pick<ImageFacts, 'boot' | 'root'>): FirmwareFacts {
  const { table } = disk;
  const uefiFault = table?.label !== 'gpt' ? 'there is no GPT'
    : espOf(disk)?.filesystem?.type !== 'vfat' ? 'there is no EFI system partition with a FAT file system' : loaderFault(disk, boot, root);
  const core = table?.partitions.find(({ type }) => type === PARTITION_TYPES['bios-boot']);
  const biosFault = table?.bootCode !== true ? 'the first sector has no boot code'
    : table.label === 'mbr' ? '' : core === undefined ? 'the GPT has no BIOS boot partition' : core.other === 'nothing' ? 'the BIOS boot partition is empty' : '';
  return { uefi: uefiFault === '', bios: biosFault === '', uefiFault, biosFault };
}

/** Why firmware starts nothing from the removable-media path; empty if it does. */
function loaderFault(disk: DiskFacts, boot: ImageFacts['boot'], root: ImageFacts['root']): string {
  const path = removableOf(disk);
  if (path === undefined) return 'the EFI system partition lacks EFI/BOOT/BOOTX64.EFI';
  const architecture = madeFor(path);
  if (boot?.removable?.architecture !== architecture) return `${path} is not an EFI program for ${architecture}`;
  return root?.architecture === undefined || root.architecture === architecture ? '' : `${path} is for ${architecture}, and the system for ${root.architecture}`;
}
