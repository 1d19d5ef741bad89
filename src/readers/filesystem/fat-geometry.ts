import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';

/** The boot sector of a FAT file system (Microsoft's FAT specification 1.03, "Boot Sector and BPB"). */
export interface FatGeometry {
  readonly type: 12 | 16 | 32;
  readonly sectorSize: number;
  readonly clusterSize: number;
  /** Bytes of the whole file system. */
  readonly size: number;
  readonly fatStart: number;
  /** Bytes of one copy of the table. */
  readonly fatSize: number;
  /** Of FAT12 and FAT16, whose root folder has a fixed position. */
  readonly rootStart: number;
  readonly rootSize: number;
  /** Of FAT32. */
  readonly rootCluster: number;
  readonly dataStart: number;
  readonly clusters: number;
  readonly volumeId: number;
  readonly label: string;
}

const POWERS = [512, 1024, 2048, 4096];

/** Reads the boot sector. Throws `BadBytes` if it is not one of FAT. */
export function readBootSector(partition: Pick<ByteSource, 'size' | 'read'>): FatGeometry {
  const boot = readFields(partition, 'the FAT boot sector', 0, 512);
  const [sectorSize, perCluster, fats] = [boot.u16(11), boot.u8(13), boot.u8(16)];
  const jump = boot.u8(0);
  if (boot.u16(510) !== 0xaa55 || (jump !== 0xeb && jump !== 0xe9)) throw new BadBytes('there is no FAT boot sector');
  if (!POWERS.includes(sectorSize) || perCluster === 0 || (perCluster & (perCluster - 1)) !== 0 || fats === 0 || fats > 4) {
    throw new BadBytes('the FAT boot sector has impossible sizes');
  }
  const fatSectors = boot.u16(22) || boot.u32(36);
  const rootSectors = Math.ceil((boot.u16(17) * 32) / sectorSize);
  const sectors = boot.u16(19) || boot.u32(32);
  const firstData = boot.u16(14) + fats * fatSectors + rootSectors;
  if (fatSectors === 0 || boot.u16(14) === 0 || firstData > sectors) throw new BadBytes('the FAT boot sector contradicts itself');
  const clusters = Math.floor((sectors - firstData) / perCluster);
  // Only the number of clusters determines the type ("FAT Type Determination").
  const type = clusters < 4085 ? 12 : clusters < 65525 ? 16 : 32;
  const extended = type === 32 ? 64 : 36;
  return {
    type,
    sectorSize,
    clusterSize: perCluster * sectorSize,
    size: sectors * sectorSize,
    fatStart: boot.u16(14) * sectorSize,
    fatSize: fatSectors * sectorSize,
    rootStart: (firstData - rootSectors) * sectorSize,
    rootSize: rootSectors * sectorSize,
    rootCluster: type === 32 ? boot.u32(44) : 0,
    dataStart: firstData * sectorSize,
    clusters,
    volumeId: boot.u32(extended + 3),
    label: boot.text(extended + 7, 11).trimEnd(),
  };
}
