import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { Fields, readFields } from '../fields.ts';

/** A block of a btrfs tree. */
export interface BtrfsNode {
  /** Offsets; two if metadata is duplicated. */
  readonly places: readonly number[];
  /** A separate copy, which the caller may change. */
  readonly bytes: Uint8Array;
  /** Items of a leaf; empty for an inner node. */
  readonly items: readonly BtrfsItem[];
  /** Distance from the leaves. */
  readonly level: number;
  /** The unused range, which holds old content. */
  readonly free: readonly [start: number, end: number];
}

export interface BtrfsItem {
  /** Offset of its key in the node: object id, type and offset (8, 1 and 8 bytes). */
  readonly key: number;
  readonly objectId: bigint;
  readonly type: number;
  /** Offset of its data in the node. */
  readonly data: number;
}

/** Types of `struct btrfs_key`: https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html */
export const ITEM = { inode: 1, root: 132, deviceExtent: 204, chunk: 228, uuidOfSubvolume: 251 } as const;

/** The trees of a btrfs on one device. */
export interface BtrfsTrees {
  /** Checksum type; 0 is CRC-32C. */
  readonly checksum: number;
  /** Bytes of a block. */
  readonly nodeSize: number;
  /** Each block once, of any tree. */
  readonly nodes: readonly BtrfsNode[];
  /** Offsets of blocks that are no longer part of a tree, as mkfs.btrfs and every change leave them. */
  readonly stale: readonly number[];
}

/**
 * Reads every tree of a btrfs with `single` or `dup` profiles, the only ones on one device. Throws `BadBytes` if a
 * block points outside the file system.
 */
export function readBtrfsTrees(source: Bytes): BtrfsTrees {
  const block = superblock(source);
  const nodeSize = block.u32(0x94);
  if (nodeSize < 4096 || nodeSize > 65_536) throw new BadBytes(`a btrfs with nodes of ${nodeSize} bytes`);
  const chunks = systemChunks(block);
  const nodes = [...walk(source, block, nodeSize, chunks)];
  const live = new Set(nodes.flatMap(({ places }) => places));
  const stale = treeAreas(chunks).flatMap((area) => blocksIn(source, area, nodeSize, block.slice(0x20, 16)))
    .filter((place) => !live.has(place));
  return { checksum: block.u16(0xc4), nodeSize, nodes, stale };
}

type Bytes = Pick<ByteSource, 'size' | 'read'>;

interface Chunk {
  readonly logical: number;
  readonly length: number;
  readonly places: readonly number[];
  /** Whether it holds nothing but file data. */
  readonly isData: boolean;
}

/** Yields the blocks of all trees and adds the chunks that it finds. */
function* walk(source: Bytes, block: Fields, size: number, chunks: Chunk[]): Generator<BtrfsNode> {
  const seen = new Set<number>();
  // The chunk tree gives the positions of all others, so it comes first.
  for (const start of [block.u64(0x58), block.u64(0x50)]) {
    const waiting = [start];
    for (let logical = waiting.pop(); logical !== undefined; logical = waiting.pop()) {
      if (logical === 0 || seen.has(logical)) continue;
      seen.add(logical);
      const node = readNode(source, placesOf(chunks, logical), size);
      const fields = new Fields(node.bytes);
      for (const { type, data, key } of node.items) {
        if (type === ITEM.chunk) chunks.push(chunkAt(fields, fields.u64(key + 9), data));
        if (type === ITEM.root) waiting.push(fields.u64(data + 176));
      }
      waiting.push(...pointersOf(node.level, fields));
      yield node;
    }
  }
}

function superblock(source: Bytes): Fields {
  const block = readFields(source, 'btrfs', 64 * 1024, 4096);
  if (block.text(64, 8) !== '_BHRfS_M') throw new BadBytes('no btrfs');
  return block;
}

/** The superblock itself lists the chunks that hold the chunk tree, each after its key. */
function systemChunks(block: Fields): Chunk[] {
  const [begin, length] = [0x32b, block.u32(0xa0)];
  const chunks: Chunk[] = [];
  for (let at = begin; at < begin + length;) {
    const chunk = chunkAt(block, block.u64(at + 9), at + KEY);
    chunks.push(chunk);
    at += KEY + CHUNK + chunk.places.length * STRIPE;
  }
  return chunks;
}

/** Bytes of a key, of a chunk without its stripes, and of a stripe. */
const [KEY, CHUNK, STRIPE] = [17, 48, 32] as const;

function chunkAt(fields: Fields, logical: number, at: number): Chunk {
  const places = Array.from({ length: fields.u16(at + 44) }, (_, index) => fields.u64(at + CHUNK + index * STRIPE + 8));
  return { logical, length: fields.u64(at), places, isData: fields.u64(at + 24) === 1 };
}

function placesOf(chunks: readonly Chunk[], logical: number): readonly number[] {
  const chunk = chunks.find((one) => logical >= one.logical && logical < one.logical + one.length);
  if (chunk === undefined) throw new BadBytes(`a tree block at ${logical}, in no chunk`);
  return chunk.places.map((place) => place + logical - chunk.logical);
}

/** Bytes of a node header, of an entry of a leaf, and of a pointer of an inner node. */
const [HEADER, ENTRY, POINTER] = [101, 25, 33] as const;

function readNode(source: Bytes, places: readonly number[], size: number): BtrfsNode {
  const bytes = Uint8Array.from(readFields(source, 'a tree block', places[0] ?? -1, size).bytes);
  const fields = new Fields(bytes);
  const level = fields.u8(100);
  const count = fields.u32(96);
  if (level > 0) return { places, bytes, items: [], level, free: [HEADER + count * POINTER, size] };
  const items = Array.from({ length: count }, (_, index): BtrfsItem => {
    const key = HEADER + index * ENTRY;
    return { key, objectId: fields.big(key), type: fields.u8(key + 8), data: HEADER + fields.u32(key + KEY) };
  });
  return { places, bytes, items, level, free: [HEADER + count * ENTRY, Math.min(size, ...items.map(({ data }) => data))] };
}

const pointersOf = (level: number, fields: Fields): readonly number[] =>
  (level === 0 ? [] : Array.from({ length: fields.u32(96) }, (_, index) => fields.u64(HEADER + index * POINTER + KEY)));

interface Area {
  readonly start: number;
  readonly end: number;
}

/** The first MiB of the device, which is in no chunk. */
const RESERVED = 2 ** 20;

/** Ranges that hold or held tree blocks: everything up to the last chunk except chunks of file data. */
function treeAreas(chunks: readonly Chunk[]): readonly Area[] {
  const placed = chunks.flatMap(({ places, length, isData }) => places.map((start) => ({ start, end: start + length, isData })));
  const areas: Area[] = [];
  let start = RESERVED;
  for (const chunk of placed.toSorted((a, b) => a.start - b.start)) {
    if (chunk.isData && chunk.start > start) areas.push({ start, end: chunk.start });
    if (chunk.isData) start = Math.max(start, chunk.end);
  }
  const end = Math.max(...placed.map((chunk) => chunk.end));
  return start < end ? [...areas, { start, end }] : areas;
}

/** Offsets of blocks that begin like those of this file system. Reads nothing else, so holes cost nothing. */
function blocksIn(source: Bytes, { start, end }: Area, size: number, fsid: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let at = start; at < end; at += size) {
    const bytes = source.read(at + 32, 16);
    if (fsid.every((byte, index) => byte === bytes[index])) found.push(at);
  }
  return found;
}
