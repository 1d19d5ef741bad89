import { crc32c } from '../../readers/crc32c.ts';
import { guidBytes } from '../../readers/fields.ts';
import { batEntries, BLOCK_STATE, chunkRatio, METADATA, MIB, NO_GUID, REGION, VHDX_COOKIE, VHDX_LAYOUT } from '../../readers/image/vhdx-format.ts';

export interface VhdxSkeleton {
  /** Of the whole file. */
  readonly fileSize: number;
  /** What to write at the start; all between is zeros. */
  readonly pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

export interface VhdxRequest {
  /** Bytes that the guest sees. */
  readonly size: number;
  /** Which blocks of 1 MiB get a place in the file, ascending. */
  readonly blocks: readonly number[];
  readonly diskId: string;
  readonly fileWriteGuid: string;
  readonly dataWriteGuid: string;
}

/** Microsoft's recommendation for Linux guests, whose file systems spread small metadata over the whole disk. */
export const VHDX_BLOCK_SIZE = MIB;

const LOGICAL_SECTOR = 512;
/** As `New-VHD` makes them. */
const PHYSICAL_SECTOR = 4096;
const CREATOR = 'hew';
const PLACE = { log: MIB, metadata: 2 * MIB, bat: 3 * MIB } as const;

/**
 * A dynamic VHDX without data, in which every block that will have data already has its place, in the order of the
 * disk: a writer then writes only data, never the block table or its log. All identifiers are given, and nothing
 * depends on the time. Source: [MS-VHDX], section 2.
 */
export function vhdxSkeleton(request: VhdxRequest): VhdxSkeleton {
  const bat = blockTable(request);
  const data = PLACE.bat + Math.ceil(bat.length / MIB) * MIB;
  placeBlocks(bat, request.blocks, data);
  const identifier = Buffer.concat([Buffer.from(VHDX_COOKIE), Buffer.from(CREATOR, 'utf16le')]);
  return {
    fileSize: data + request.blocks.length * VHDX_BLOCK_SIZE,
    pieces: [
      { offset: VHDX_LAYOUT.identifier, bytes: identifier },
      ...vhdxHeaders(request),
      ...VHDX_LAYOUT.regionTables.map((offset) => ({ offset, bytes: regionTable(Math.ceil(bat.length / MIB) * MIB) })),
      { offset: PLACE.metadata, bytes: metadata(request) },
      { offset: PLACE.bat, bytes: bat },
    ],
  };
}

/** Both headers; a writer changes them and nothing else of the skeleton. */
export const vhdxHeaders = (request: Pick<VhdxRequest, 'fileWriteGuid' | 'dataWriteGuid'>): VhdxSkeleton['pieces'] =>
  VHDX_LAYOUT.headers.map((offset, index) => ({ offset, bytes: header(request, index + 1) }));

function header({ fileWriteGuid, dataWriteGuid }: Pick<VhdxRequest, 'fileWriteGuid' | 'dataWriteGuid'>, sequence: number): Uint8Array {
  const bytes = Buffer.alloc(VHDX_LAYOUT.headerSize);
  bytes.write('head', 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(sequence), 8);
  bytes.set(guidBytes(fileWriteGuid), 16);
  bytes.set(guidBytes(dataWriteGuid), 32);
  bytes.set(guidBytes(NO_GUID), 48);
  bytes.writeUInt16LE(1, 66);
  bytes.writeUInt32LE(MIB, 68);
  bytes.writeBigUInt64LE(BigInt(PLACE.log), 72);
  return sealed(bytes);
}

function regionTable(batLength: number): Uint8Array {
  const bytes = Buffer.alloc(VHDX_LAYOUT.regionTableSize);
  bytes.write('regi', 0, 'latin1');
  const regions = [
    { id: REGION.bat, offset: PLACE.bat, length: batLength },
    { id: REGION.metadata, offset: PLACE.metadata, length: MIB },
  ];
  bytes.writeUInt32LE(regions.length, 8);
  for (const [index, { id, offset, length }] of regions.entries()) {
    const at = 16 + 32 * index;
    bytes.set(guidBytes(id), at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 16);
    bytes.writeUInt32LE(length, at + 24);
    bytes.writeUInt32LE(1, at + 28);
  }
  return sealed(bytes);
}

/** Bits of a metadata entry: it describes the disk, not the file; a reader must know it. */
const OF_DISK = 2;
const REQUIRED = 4;

function metadata({ size, diskId }: VhdxRequest): Uint8Array {
  const items = [
    { id: METADATA.fileParameters, bytes: numbers(VHDX_BLOCK_SIZE, 0), flags: REQUIRED },
    { id: METADATA.virtualDiskSize, bytes: numbers(size % 2 ** 32, Math.floor(size / 2 ** 32)), flags: REQUIRED | OF_DISK },
    { id: METADATA.virtualDiskId, bytes: guidBytes(diskId), flags: REQUIRED | OF_DISK },
    { id: METADATA.logicalSectorSize, bytes: numbers(LOGICAL_SECTOR), flags: REQUIRED | OF_DISK },
    { id: METADATA.physicalSectorSize, bytes: numbers(PHYSICAL_SECTOR), flags: REQUIRED | OF_DISK },
  ];
  const bytes = Buffer.alloc(ITEMS_START + items.reduce((sum, item) => sum + item.bytes.length, 0));
  bytes.write('metadata', 0, 'latin1');
  bytes.writeUInt16LE(items.length, 10);
  let offset = ITEMS_START;
  for (const [index, item] of items.entries()) {
    const at = 32 + 32 * index;
    bytes.set(guidBytes(item.id), at);
    bytes.writeUInt32LE(offset, at + 16);
    bytes.writeUInt32LE(item.bytes.length, at + 20);
    bytes.writeUInt32LE(item.flags, at + 24);
    bytes.set(item.bytes, offset);
    offset += item.bytes.length;
  }
  return bytes;
}

/** Section 2.6.1.2: items lie behind the table's 64 KiB. */
const ITEMS_START = 64 * 1024;

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}

function blockTable({ size }: VhdxRequest): Buffer {
  const ratio = chunkRatio(VHDX_BLOCK_SIZE, LOGICAL_SECTOR);
  return Buffer.alloc(8 * batEntries(Math.ceil(size / VHDX_BLOCK_SIZE), ratio));
}

function placeBlocks(bat: Buffer, blocks: readonly number[], start: number): void {
  const ratio = chunkRatio(VHDX_BLOCK_SIZE, LOGICAL_SECTOR);
  for (const [index, block] of blocks.entries()) {
    const offset = BigInt(start + index * VHDX_BLOCK_SIZE);
    bat.writeBigUInt64LE(offset | BigInt(BLOCK_STATE.fullyPresent), 8 * (block + Math.floor(block / ratio)));
  }
}

/** Writes the CRC-32C of the whole structure, in which its own field counts as zero. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32c(bytes), 4);
  return bytes;
}
