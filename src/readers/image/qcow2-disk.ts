import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields, type Fields } from '../fields.ts';
import { decompressCluster } from './qcow2-cluster.ts';
import { sourceOfPieces, type Piece } from './pieces.ts';
import { FEATURE, type Qcow2Header } from './qcow2.ts';

/** Bits 9 to 55 of a table entry: an offset in the file. */
const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;
const COMPRESSED = 1n << 62n;
const READS_AS_ZEROS = 1n;

/** The features that QEMU 11 defines and hew reads. Any other bit changes how the file must be read. */
const KNOWN = FEATURE.dirty | FEATURE.compression;

/** The virtual disk of a qcow2 file. Throws `BadBytes` if its content is elsewhere or not readable. */
export function openQcow2(source: ByteSource, header: Qcow2Header): ByteSource {
  if (header.encrypted) throw new BadBytes('an encrypted qcow2 file cannot be read');
  if (header.backingFile !== undefined) throw new BadBytes(`the qcow2 file is a difference to ${header.backingFile}`);
  const unknown = header.incompatible & ~KNOWN;
  if (unknown !== 0n) throw new BadBytes(`the qcow2 file needs features that hew does not read (0x${unknown.toString(16)})`);
  const clusterSize = 2 ** header.clusterBits;
  const secondEntries = clusterSize / 8;
  const first = readFields(source, 'the qcow2 first table', header.l1Offset, header.l1Entries * 8, 'big');
  const secondTables = remember(8, (offset: number) => readFields(source, 'a qcow2 second table', offset, clusterSize, 'big'));
  const clusters = remember(8, (entry: bigint) => decompressCluster(source, header, entry));

  const pieceAt = (offset: number): Piece => {
    const cluster = Math.floor(offset / clusterSize);
    const end = (cluster + 1) * clusterSize;
    const second = Number(first.big(8 * Math.floor(cluster / secondEntries)) & OFFSET_MASK);
    const entry = second === 0 ? 0n : secondTables(second).big(8 * (cluster % secondEntries));
    const from = cluster * clusterSize;
    if ((entry & COMPRESSED) !== 0n) return { end, read: (at, length) => cut(clusters(entry), at - from, length) };
    const start = Number(entry & OFFSET_MASK);
    if (start === 0 || (header.version === 3 && (entry & READS_AS_ZEROS) !== 0n)) return { end, read: undefined };
    return { end, read: (at, length) => readAllocated(source, start + at - from, length) };
  };
  return sourceOfPieces(header.size, pieceAt, () => source.close());
}

const cut = (bytes: Uint8Array, at: number, length: number): Uint8Array => bytes.subarray(at, at + length);

/** The last cluster of a file may be incomplete; the rest reads as zeros. */
function readAllocated(source: ByteSource, offset: number, length: number): Uint8Array {
  if (offset >= source.size) throw new BadBytes('a qcow2 cluster reaches beyond the end');
  return source.read(offset, length);
}

/** Caches the last few results: readers move mostly forwards. */
function remember<Key, Value extends Fields | Uint8Array>(count: number, make: (key: Key) => Value): (key: Key) => Value {
  const kept = new Map<Key, Value>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    if (kept.size >= count) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
    kept.set(key, made);
    return made;
  };
}
