import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../host/port.ts';
import { readFields, type Fields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';

/** The last 512 bytes of every VHD. Source: Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer". */
export interface VhdFooter {
  readonly diskType: VhdType;
  /** Bytes that the guest sees. */
  readonly currentSize: number;
  readonly originalSize: number;
  /** Four letters: `qem2` and `win ` say that `currentSize` counts, `qemu`, `vpc ` and `vs  ` that the geometry does. */
  readonly creatorApplication: string;
  readonly creatorHostOs: string;
  readonly version: number;
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
/** Seconds from 1970 to 2000-01-01, where time stamps of a VHD begin. */
export const VHD_EPOCH = 946_684_800;
export const VHD_COOKIE = 'conectix';

const TYPES: Readonly<Record<number, VhdType>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' };
const NO_HEADER = 0xffff_ffff_ffff_ffffn;

/** Reads the footer at the end of a file. A wrong checksum is a fact of the result, a wrong cookie is no footer. */
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
    geometry: { cylinders: footer.u16(56), heads: footer.u8(58), sectors: footer.u8(59) },
    headerOffset: footer.big(16) === NO_HEADER ? undefined : footer.u64(16),
    checksum,
    checksumValid: checksum === vhdChecksum(footer.bytes, 64),
    uuid: footer.uuid(68),
    created: footer.u32(24) + VHD_EPOCH,
  };
}

/** The one's complement of the sum of all bytes except those of the checksum itself. */
export function vhdChecksum(bytes: Uint8Array, checksumOffset: number): number {
  const sum = bytes.reduce(
    (total, byte, index) => (index >= checksumOffset && index < checksumOffset + 4 ? total : total + byte),
    0,
  );
  return ~sum >>> 0;
}

/** The largest table: 2 TiB in blocks of 512 KiB, the smallest that any writer makes. */
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
