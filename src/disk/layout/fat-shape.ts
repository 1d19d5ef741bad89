const MIB = 2 ** 20;

/** How a FAT file system of a size is cut. */
export interface FatShape {
  readonly type: 12 | 16 | 32;
  readonly sectorsPerCluster: number;
  /** Bytes that files and folders can take. */
  readonly capacity: number;
}

const SECTOR = 512;
/** Room for a folder to grow by one cluster each, and for the rounding of files. */
const RESERVED_SECTORS = { 12: 1 + 32, 16: 4 + 32, 32: 32 } as const;
/** A type is its number of clusters (Microsoft's FAT specification, "FAT Type Determination"). */
const MOST_CLUSTERS = { 12: 4084, 16: 65_524, 32: 2 ** 28 - 16 } as const;
const FEWEST_CLUSTERS = { 12: 1, 16: 4085 + 16, 32: 65_525 + 16 } as const;

/**
 * FAT32 wherever it is allowed, as UEFI asks of an ESP (UEFI 2.10, section 13.3), with the largest cluster up to 4 KiB
 * that keeps it FAT32; FAT16 below 33 MiB and FAT12 where even that has too few clusters.
 */
export function shapeOfFat(size: number): FatShape {
  for (const type of [32, 16, 12] as const) {
    for (const sectorsPerCluster of [8, 4, 2, 1]) {
      const clusters = clustersOf(size, type, sectorsPerCluster);
      if (clusters >= FEWEST_CLUSTERS[type] && clusters <= MOST_CLUSTERS[type]) {
        return { type, sectorsPerCluster, capacity: clusters * sectorsPerCluster * SECTOR };
      }
    }
  }
  return { type: 32, sectorsPerCluster: 64, capacity: clustersOf(size, 32, 64) * 64 * SECTOR };
}

function clustersOf(size: number, type: 12 | 16 | 32, sectorsPerCluster: number): number {
  const sectors = size / SECTOR - RESERVED_SECTORS[type];
  // Each cluster costs its sectors and an entry in both copies of the table.
  return Math.floor((sectors * SECTOR) / (sectorsPerCluster * SECTOR + (2 * type) / 8)) - 1;
}

/** The smallest file system, in whole MiB, that takes so many bytes. */
export function fatShape(bytes: number): FatShape & { readonly size: number } {
  for (let size = Math.max(1, Math.ceil(bytes / MIB)) * MIB; ; size += MIB) {
    const shape = shapeOfFat(size);
    if (shape.capacity >= bytes) return { ...shape, size };
  }
}
