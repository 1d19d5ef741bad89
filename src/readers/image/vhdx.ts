import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { crc32c } from '../crc32c.ts';
import { readFields, type Fields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';
import { chunkRatio, METADATA, MIB, NO_GUID, REGION, VHDX_COOKIE, VHDX_LAYOUT } from './vhdx-format.ts';

/** Headers and metadata of a VHDX ([MS-VHDX], sections 2.2 and 2.6). */
export interface VhdxFacts {
  readonly creator: string;
  /** The intact headers; a good file has two, and the one with the higher sequence number counts. */
  readonly headers: readonly VhdxHeader[];
  readonly regionTablesValid: readonly [boolean, boolean];
  /** Bytes of the virtual disk. */
  readonly size: number;
  readonly blockSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
  readonly diskId: string;
  /** Whether it is a differencing disk. */
  readonly hasParent: boolean;
  /** Hyper-V calls this `fixed`: no block is ever released. */
  readonly leaveBlocksAllocated: boolean;
  /** Whether a log must be replayed before the content is valid. */
  readonly logPending: boolean;
  readonly bat: { readonly offset: number; readonly length: number };
}

export interface VhdxHeader {
  readonly offset: number;
  readonly sequenceNumber: number;
  readonly fileWriteGuid: string;
  readonly dataWriteGuid: string;
  readonly logGuid: string;
}

/** Reads the structures of a VHDX, each of bounded size. */
export const readVhdx = (source: Pick<ByteSource, 'size' | 'read'>): Reading<VhdxFacts> => attempt(() => parse(source));

export const isVhdx = (source: Pick<ByteSource, 'read'>): boolean =>
  Buffer.from(source.read(0, 8)).toString('latin1') === VHDX_COOKIE;

function parse(source: Pick<ByteSource, 'size' | 'read'>): VhdxFacts {
  const identifier = readFields(source, 'the VHDX identifier', VHDX_LAYOUT.identifier, 8 + 512);
  if (identifier.text(0, 8) !== VHDX_COOKIE) throw new BadBytes('the file does not begin with `vhdxfile`');
  const headers = VHDX_LAYOUT.headers.flatMap((offset) => readHeader(source, offset));
  const active = [...headers].sort((a, b) => b.sequenceNumber - a.sequenceNumber)[0];
  if (active === undefined) throw new BadBytes('neither of the two VHDX headers is intact');
  const tables = VHDX_LAYOUT.regionTables.map((offset) => readRegions(source, offset));
  const regions = tables.find((table) => table !== undefined);
  const [bat, metadata] = [regions?.get(REGION.bat), regions?.get(REGION.metadata)];
  if (bat === undefined || metadata === undefined) throw new BadBytes('no intact VHDX region table names both regions');
  return {
    creator: identifier.wideText(8, 512),
    headers,
    regionTablesValid: [tables[0] !== undefined, tables[1] !== undefined],
    ...readMetadata(source, metadata.offset),
    logPending: active.logGuid !== NO_GUID,
    bat,
  };
}

function readHeader(source: Pick<ByteSource, 'size' | 'read'>, offset: number): readonly VhdxHeader[] {
  const header = readFields(source, 'a VHDX header', offset, VHDX_LAYOUT.headerSize);
  if (header.text(0, 4) !== 'head' || header.u32(4) !== checksum(header) || header.u16(66) !== 1) return [];
  return [{
    offset,
    sequenceNumber: header.u64(8),
    fileWriteGuid: header.guid(16),
    dataWriteGuid: header.guid(32),
    logGuid: header.guid(48),
  }];
}

interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Section 2.2.3.1: at most 2,047 entries. */
const MAX_REGIONS = 2047;

function readRegions(source: Pick<ByteSource, 'size' | 'read'>, offset: number): ReadonlyMap<string, Region> | undefined {
  const table = readFields(source, 'a VHDX region table', offset, VHDX_LAYOUT.regionTableSize);
  if (table.text(0, 4) !== 'regi' || table.u32(4) !== checksum(table) || table.u32(8) > MAX_REGIONS) return undefined;
  const regions = Array.from({ length: table.u32(8) }, (_, index) => {
    const at = 16 + 32 * index;
    return [table.guid(at), { offset: table.u64(at + 16), length: table.u32(at + 24) }] as const;
  });
  return new Map(regions);
}

/** CRC-32C over the whole structure, with the checksum at offset 4 read as zero. */
function checksum({ bytes }: Fields): number {
  return crc32c(bytes.subarray(8), crc32c(new Uint8Array(4), crc32c(bytes.subarray(0, 4))));
}

/** Section 2.6.1: the metadata table is 64 KiB with at most 2,047 entries. */
const METADATA_TABLE = 64 * 1024;

function readMetadata(source: Pick<ByteSource, 'size' | 'read'>, start: number) {
  const table = readFields(source, 'the VHDX metadata table', start, METADATA_TABLE);
  if (table.text(0, 8) !== 'metadata') throw new BadBytes('the VHDX metadata region lacks its signature');
  const places = new Map(Array.from({ length: Math.min(table.u16(10), MAX_REGIONS) }, (_, index) => {
    const at = 32 + 32 * index;
    return [table.guid(at), table.u32(at + 16)] as const;
  }));
  const item = (id: string, size: number): Fields => {
    const offset = places.get(id);
    if (offset === undefined) throw new BadBytes(`the VHDX metadata lacks the item ${id}`);
    return readFields(source, 'a VHDX metadata item', start + offset, size);
  };
  const parameters = item(METADATA.fileParameters, 8);
  const facts = {
    blockSize: parameters.u32(0),
    leaveBlocksAllocated: (parameters.u32(4) & 1) !== 0,
    hasParent: (parameters.u32(4) & 2) !== 0,
    size: item(METADATA.virtualDiskSize, 8).u64(0),
    diskId: item(METADATA.virtualDiskId, 16).guid(0),
    logicalSectorSize: item(METADATA.logicalSectorSize, 4).u32(0),
    physicalSectorSize: item(METADATA.physicalSectorSize, 4).u32(0),
  };
  checkSizes(facts);
  return facts;
}

/** Sections 2.6.2.1 to 2.6.2.5: blocks of 1 to 256 MiB, sectors of 512 or 4,096 bytes, at most 64 TiB. */
function checkSizes(facts: { blockSize: number; logicalSectorSize: number; size: number }): void {
  const { blockSize, logicalSectorSize, size } = facts;
  if (blockSize < MIB || blockSize > 256 * MIB || (blockSize & (blockSize - 1)) !== 0) {
    throw new BadBytes(`the VHDX has blocks of ${blockSize} bytes`);
  }
  if (logicalSectorSize !== 512 && logicalSectorSize !== 4096) {
    throw new BadBytes(`the VHDX has sectors of ${logicalSectorSize} bytes`);
  }
  if (size > 64 * 2 ** 40) throw new BadBytes(`the VHDX claims ${size} bytes, more than 64 TiB`);
  if (!Number.isInteger(chunkRatio(blockSize, logicalSectorSize))) throw new BadBytes('the VHDX block size is odd');
}
