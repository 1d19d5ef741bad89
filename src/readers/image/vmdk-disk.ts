import { inflateSync } from 'node:zlib';

import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';
import { sourceOfPieces, type Piece } from './pieces.ts';
import { SECTOR, type VmdkHeader } from './vmdk.ts';

/** Before a compressed grain: its position on the disk in sectors, and the length of the following data. */
const MARKER = 12;
/** Limit of grain tables: a disk of 64 TiB in grains of 64 KiB has fewer. */
const MAX_TABLES = 2 ** 22;

/** The virtual disk of a sparse VMDK. Throws `BadBytes` if its content is elsewhere or not readable. */
export function openVmdk(source: ByteSource, header: VmdkHeader): ByteSource {
  const { size, grainSize, tableEntries, streamOptimized, hasZeroGrains } = header;
  if (/^parentCID=(?!ffffffff)/im.test(header.descriptor)) throw new BadBytes('the VMDK is a difference to another file');
  const tables = Math.ceil(size / grainSize / tableEntries);
  if (tables > MAX_TABLES) throw new BadBytes(`the VMDK claims ${tables} grain tables`);
  const directory = readFields(source, 'the VMDK grain directory', header.directory, tables * 4, 'little');
  const table = lastOf((offset: number) => readFields(source, 'a VMDK grain table', offset, tableEntries * 4, 'little'));
  const grain = lastOf((offset: number) => inflateGrain(source, offset, grainSize));

  const pieceAt = (offset: number): Piece => {
    const index = Math.floor(offset / grainSize);
    const [from, end] = [index * grainSize, (index + 1) * grainSize];
    const place = directory.u32(4 * Math.floor(index / tableEntries)) * SECTOR;
    const entry = place === 0 ? 0 : table(place).u32(4 * (index % tableEntries));
    if (entry === 0 || (entry === 1 && hasZeroGrains)) return { end, read: undefined };
    if (streamOptimized) return { end, read: (at, length) => grain(entry * SECTOR).subarray(at - from, at - from + length) };
    return { end, read: (at, length) => source.read(entry * SECTOR + at - from, length) };
  };
  return sourceOfPieces(size, pieceAt, () => source.close());
}

function inflateGrain(source: ByteSource, offset: number, grainSize: number): Uint8Array {
  const length = readFields(source, 'a VMDK grain', offset, MARKER, 'little').u32(8);
  if (length > 2 * grainSize) throw new BadBytes(`a VMDK grain has ${length} bytes`);
  const packed = readFields(source, 'a VMDK grain', offset + MARKER, length, 'little').bytes;
  try {
    // The last grain of a disk may be incomplete.
    return Buffer.concat([inflateSync(packed, { maxOutputLength: grainSize }), new Uint8Array(grainSize)], grainSize);
  } catch {
    throw new BadBytes('a VMDK grain cannot be decompressed');
  }
}

/** Caches the last result: readers move mostly forwards. */
function lastOf<Value>(make: (offset: number) => Value): (offset: number) => Value {
  let last: { readonly offset: number; readonly value: Value } | undefined;
  return (offset) => (last?.offset === offset ? last : (last = { offset, value: make(offset) })).value;
}
