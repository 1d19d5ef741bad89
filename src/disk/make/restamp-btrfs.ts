import { BadBytes } from '../../readers/bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import type { Host } from '../../host/port.ts';
import { crc32c } from '../../readers/crc32c.ts';
import { deriveUuid } from '../derive-ids.ts';
import { uuidBytes } from '../../readers/fields.ts';
import { ITEM, readBtrfsTrees, type BtrfsItem, type BtrfsNode } from '../../readers/filesystem/btrfs-nodes.ts';

export interface RestampRequest {
  readonly seed: string;
  /** Mount point of the partition. It distinguishes several btrfs on one disk. */
  readonly mount: string;
  /** Seconds since 1970: no time stamp is younger. */
  readonly epoch: number;
}

/** Bytes to write at an offset. */
interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Gives a btrfs that was just made the identifiers and times that mkfs.btrfs(8) draws from chance and the clock and has
 * no options for: the UUID of its chunk tree, those of its subvolumes, and when its files were last read and changed.
 */
export async function restampBtrfs(host: Host, file: string, request: RestampRequest): Promise<void> {
  const source = host.fs.openBytes(file);
  let pieces: readonly Piece[];
  try {
    pieces = restampedNodes(source, request);
  } finally {
    source.close();
  }
  for (const { offset, bytes } of pieces) await host.fs.patch(file, offset, bytes);
}

/**
 * The tree blocks of such a btrfs as they should be, with their checksums, and zeros over what no tree has any
 * more; neighbours joined. The superblock names none of this. Throws `BadBytes` for checksums other than CRC-32C.
 */
export function restampedNodes(source: Pick<ByteSource, 'size' | 'read'>, request: RestampRequest): readonly Piece[] {
  const { checksum, nodes, nodeSize, stale } = readBtrfsTrees(source);
  if (checksum !== 0) throw new BadBytes(`a btrfs with checksums of kind ${checksum}`);
  const nothing = new Uint8Array(nodeSize);
  const pieces: Piece[] = stale.map((offset) => ({ offset, bytes: nothing }));
  for (const node of nodes) {
    restamp(node, request);
    new DataView(node.bytes.buffer).setUint32(0, crc32c(node.bytes.subarray(32)), true);
    for (const offset of node.places) pieces.push({ offset, bytes: node.bytes });
  }
  return joined(pieces.sort((a, b) => a.offset - b.offset));
}

/** Offsets in `struct btrfs_header`, `btrfs_dev_extent`, `btrfs_inode_item` and `btrfs_root_item` of Linux. */
const AT = { chunkTree: 64, chunkTreeOfExtent: 32, inodeTimes: 112, subvolume: 247, subvolumeTimes: 327 } as const;

function restamp({ bytes, items, free }: BtrfsNode, { seed, mount, epoch }: RestampRequest): void {
  const chunkTree = uuidBytes(deriveUuid(seed, `chunk tree ${mount}`));
  const subvolume = (id: bigint): Uint8Array => uuidBytes(deriveUuid(seed, `subvolume ${id} ${mount}`));
  bytes.set(chunkTree, AT.chunkTree);
  bytes.fill(0, ...free);
  for (const { type, data, objectId } of items) {
    if (type === ITEM.deviceExtent) bytes.set(chunkTree, data + AT.chunkTreeOfExtent);
    if (type === ITEM.inode || type === ITEM.root) clampInode(bytes, data + AT.inodeTimes, epoch);
    if (type !== ITEM.root) continue;
    if (bytes.subarray(data + AT.subvolume, data + AT.subvolume + 16).some((byte) => byte !== 0)) {
      bytes.set(subvolume(objectId), data + AT.subvolume);
    }
    for (const at of [0, 1, 2, 3]) clampTime(bytes, data + AT.subvolumeTimes + at * TIME, epoch);
  }
  const found = items.filter(({ type }) => type === ITEM.uuidOfSubvolume);
  if (found.length > 0) sortUuids(bytes, found, subvolume);
}

/** Bytes of seconds and nanoseconds. */
const TIME = 12;

/**
 * Sets atime to mtime and ctime to the epoch, because atime and ctime are not reproducible and no tool can set ctime.
 * An inode holds atime, ctime, mtime and its creation time.
 */
function clampInode(bytes: Uint8Array, at: number, epoch: number): void {
  for (const index of [0, 1, 2, 3]) clampTime(bytes, at + index * TIME, epoch);
  const [read, changed, written] = [at, at + TIME, at + 2 * TIME];
  const view = new DataView(bytes.buffer);
  if (view.getBigInt64(written, true) === 0n) return;
  bytes.copyWithin(read, written, written + TIME);
  setTime(bytes, changed, epoch);
}

function clampTime(bytes: Uint8Array, at: number, epoch: number): void {
  const view = new DataView(bytes.buffer);
  const [seconds, nanoseconds] = [view.getBigInt64(at, true), view.getUint32(at + 8, true)];
  if (seconds > epoch || (seconds === BigInt(epoch) && nanoseconds > 0)) setTime(bytes, at, epoch);
}

function setTime(bytes: Uint8Array, at: number, seconds: number): void {
  const view = new DataView(bytes.buffer);
  view.setBigInt64(at, BigInt(seconds), true);
  view.setUint32(at + 8, 0, true);
}

/** The UUID tree finds subvolumes by UUID: its keys are the two halves, in ascending order, its data the subvolume's id. */
function sortUuids(bytes: Uint8Array, items: readonly BtrfsItem[], uuidOf: (id: bigint) => Uint8Array): void {
  const view = new DataView(bytes.buffer);
  const entries = items.map(({ data }) => {
    const id = view.getBigUint64(data, true);
    const uuid = Buffer.from(uuidOf(id));
    return { id, low: uuid.readBigUInt64LE(0), high: uuid.readBigUInt64LE(8) };
  });
  entries.sort((a, b) => (a.low === b.low ? compare(a.high, b.high) : compare(a.low, b.low)));
  for (const [index, { key, data }] of items.entries()) {
    const entry = entries[index];
    if (entry === undefined) throw new TypeError('as many entries as items');
    view.setBigUint64(key, entry.low, true);
    view.setBigUint64(key + 9, entry.high, true);
    view.setBigUint64(data, entry.id, true);
  }
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

/** One piece for each run without a gap: thousands of small writes would take as long as the rest. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const runs: Piece[][] = [];
  let end = -1;
  for (const piece of pieces) {
    if (piece.offset === end) runs.at(-1)?.push(piece);
    else runs.push([piece]);
    end = piece.offset + piece.bytes.length;
  }
  return runs.map((run) => ({ offset: run[0]?.offset ?? 0, bytes: Buffer.concat(run.map(({ bytes }) => bytes)) }));
}
