import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields, type Fields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';

/** The last 512 bytes of every VHD. Source: Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer". */
export interface VhdFooter {
  readonly diskType: VhdType;
  /** Bytes of the virtual disk. */
  readonly currentSize: number;
  readonly originalSize: number;
  /**
   * Four letters. With `qem2` and `win ` the disk has `currentSize` bytes; with `qemu`, `vpc ` and `vs  ` the geometry
   * gives the size.
   */
  readonly creatorApplication: string;
  readonly creatorHostOs: string;
  /** Version of the format: 0x00010000 is the only one. */
  readonly version: number;
  /** Bits: 1 temporary, 2 reserved and always set. */
  readonly features: number;
  /** Whether it belongs to a saved state of a machine. */
  readonly isSavedState: boolean;
  readonly geometry: { readonly cylinders: number; readonly heads: number; readonly sectors: number };
  /** Offset of the dynamic header; undefined for a fixed disk. */
  readonly headerOffset: number | undefined;
  readonly checksum: number;
  readonly checksumValid: boolean;
  readonly uuid: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export type VhdType = 'fixed' | 'dynamic' | 'differencing' | 'unknown';

/** The header of a VHD that is not fixed. */
export interface VhdDynamicHeader {
  readonly tableOffset: number;
  readonly tableEntries: number;
  readonly blockSize: number;
  readonly checksumValid: boolean;
}

export const VHD_FOOTER_SIZE = 512;
/** Seconds from 1970 to 2000-01-01, the epoch of VHD time stamps. */
export const VHD_EPOCH = 946_684_800;
export const VHD_COOKIE = 'conectix';

const TYPES: Readonly<Record<number, VhdType>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' };
const NO_HEADER = 0xffff_ffff_ffff_ffffn;

/**
 * Reads the footer at the end of a file. A wrong checksum is part of the result; without the cookie there is no footer.
 */
export const readVhdFooter = (source: Pick<ByteSource, 'size' | 'read'>): Reading<VhdFooter> =>
  attempt(() => parseFooter(readFields(source, 'the VHD footer', source.size - VHD_FOOTER_SIZE, VHD_FOOTER_SIZE, 'big')));

function parseFooter(footer: Fields): VhdFooter {
  if (footer.text(0, 8) !== VHD_COOKIE) throw new BadBytes('there is no `conectix` footer in the last 512 bytes');
  const checksum = footer.u32(64);
  return {
    diskType: TYPES[footer.u32(60)] ?? 'unknown',
    currentSize: footer.u64(48),
    originalSize: footer.u64(40),
    creatorApplication: footer.text(28, 4),
    creatorHostOs: footer.text(36, 4),
    version: footer.u32(12),
    features: footer.u32(8),
    isSavedState: footer.u8(84) !== 0,
    geometry: { cylinders: footer.u16(56), heads: footer.u8(58), sectors: footer.u8(59) },
    headerOffset: footer.big(16) === NO_HEADER ? undefined : footer.u64(16),
    checksum,
    checksumValid: checksum === vhdChecksum(footer.bytes, 64),
    uuid: footer.uuid(68),
    created: footer.u32(24) + VHD_EPOCH,
  };
}

/** Written if the exact size counts instead of the geometry: block/vpc.c of QEMU (`force_size`). */
const LARGEST: VhdFooter['geometry'] = { cylinders: 65_535, heads: 16, sectors: 255 };

/** Cylinders, heads and sectors for a size in bytes: the specification's appendix, "CHS Calculation". */
export function vhdGeometry(size: number): VhdFooter['geometry'] {
  const total = Math.min(Math.floor(size / 512), LARGEST.cylinders * LARGEST.heads * LARGEST.sectors);
  if (total >= LARGEST.cylinders * 16 * 63) return { cylinders: Math.floor(total / LARGEST.sectors / 16), heads: 16, sectors: LARGEST.sectors };
  let sectors = 17;
  let tracks = Math.floor(total / sectors);
  let heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
  if (tracks >= heads * 1024 || heads > 16) [sectors, heads, tracks] = [31, 16, Math.floor(total / 31)];
  if (tracks >= heads * 1024) [sectors, heads, tracks] = [63, 16, Math.floor(total / 63)];
  return { cylinders: Math.floor(tracks / heads), heads, sectors };
}

/** Whether a geometry matches the size, or says that only the size counts. */
export const fitsGeometry = ({ geometry, currentSize }: Pick<VhdFooter, 'geometry' | 'currentSize'>): boolean =>
  [vhdGeometry(currentSize), LARGEST].some(({ cylinders, heads, sectors }) =>
    cylinders === geometry.cylinders && heads === geometry.heads && sectors === geometry.sectors);

/** The one's complement of the sum of all bytes except those of the checksum itself. */
export function vhdChecksum(bytes: Uint8Array, checksumOffset: number): number {
  const sum = bytes.reduce(
    (total, byte, index) => (index >= checksumOffset && index < checksumOffset + 4 ? total : total + byte),
    0,
  );
  return ~sum >>> 0;
}

/** Entries of the largest table: 2 TiB in blocks of 512 KiB, the smallest that any writer makes. */
const MAX_TABLE_ENTRIES = 4 * 1024 * 1024;

/** Reads the header of a dynamic disk ("Dynamic Disk Header"). */
export function readVhdDynamicHeader(source: Pick<ByteSource, 'size' | 'read'>, offset: number): VhdDynamicHeader {
  const header = readFields(source, 'the dynamic VHD header', offset, 1024, 'big');
  if (header.text(0, 8) !== 'cxsparse') throw new BadBytes('the dynamic VHD header lacks its `cxsparse` cookie');
  const [tableOffset, tableEntries, blockSize] = [header.u64(16), header.u32(28), header.u32(32)];
  if (blockSize < 4096 || blockSize > 2 ** 28 || (blockSize & (blockSize - 1)) !== 0) {
    throw new BadBytes(`the VHD has blocks of ${blockSize} bytes`);
  }
  if (tableEntries > MAX_TABLE_ENTRIES) throw new BadBytes(`the VHD claims ${tableEntries} blocks`);
  return { tableOffset, tableEntries, blockSize, checksumValid: header.u32(36) === vhdChecksum(header.bytes, 36) };
}
