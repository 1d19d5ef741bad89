import { PARTITION_TYPES } from '../../disk/index.ts';
import type { DiskFacts, PartitionFacts } from '../facts.ts';

export const espOf = (disk: DiskFacts): PartitionFacts | undefined =>
  disk.table?.partitions.find(({ type }) => type === PARTITION_TYPES['esp'] || type === '0xef');

/** What the removable-media path is called on each architecture: UEFI specification 3.5.1.1. */
const REMOVABLE = ['EFI/BOOT/BOOTX64.EFI', 'EFI/BOOT/BOOTAA64.EFI'];

/** The program that firmware starts without being told, as it is written on the ESP; FAT does not mind the case. */
export const removableOf = (disk: DiskFacts): string | undefined =>
  disk.esp?.find(({ kind, path, size }) => kind === 'file' && size > 0 && REMOVABLE.includes(path.toUpperCase()))?.path;

export interface FirmwareFacts {
  readonly uefi: boolean;
  readonly bios: boolean;
  /** Why it does not start by UEFI, and not by BIOS. */
  readonly uefiFault: string;
  readonly biosFault: string;
}

/** Which firmware a disk is made for, by what is on it. Pure. */
export function firmwareOf(disk: DiskFacts): FirmwareFacts {
  const { table } = disk;
  const uefiFault = table?.label !== 'gpt' ? 'there is no GPT'
    : espOf(disk)?.filesystem?.type !== 'vfat' ? 'there is no EFI system partition with a FAT file system'
      : removableOf(disk) === undefined ? 'the EFI system partition lacks EFI/BOOT/BOOTX64.EFI' : '';
  const hasCorePlace = table?.label === 'mbr' || table?.partitions.some(({ type }) => type === PARTITION_TYPES['bios-boot']) === true;
  const biosFault = table?.bootCode !== true ? 'the first sector has no boot code'
    : hasCorePlace ? '' : 'the GPT has no BIOS boot partition';
  return { uefi: uefiFault === '', bios: biosFault === '', uefiFault, biosFault };
}
