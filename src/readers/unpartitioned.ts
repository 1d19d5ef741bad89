import { piecesOf, type ByteSource } from '../byte-source.ts';

interface Partition {
  readonly number: number;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
}

/**
 * Bytes of all gaps together that are read, from the first on: real gaps have some MiB, and reading blocks everything
 * else.
 */
const MOST = 64 * 2 ** 20;

/**
 * Content outside the partitions of a disk, as sentences: gaps must be zeros. `first` and `last` limit the space for
 * partitions, in bytes.
 */
export function findUnpartitioned(disk: ByteSource, partitions: readonly Partition[], first: number, last: number): readonly string[] {
  const found: string[] = [];
  let at = first;
  let before = 'the partition table';
  let left = MOST;
  for (const { number, start, size } of [...partitions.toSorted((a, b) => a.start - b.start), { number: 0, start: last, size: 0 }]) {
    const next = number === 0 ? 'the end of the disk' : `partition ${number}`;
    const gap = Math.max(0, Math.min(start - at, left));
    left -= gap;
    if (!isBlank(disk, at, gap)) found.push(`something lies between ${before} and ${next}`);
    if (start + size > at) [at, before] = [start + size, next];
  }
  return found;
}

const ZEROS = Buffer.alloc(256 * 1024);

/** Whether a range holds only zeros. */
export function isBlank(source: Pick<ByteSource, 'read'>, start: number, size: number): boolean {
  for (const piece of piecesOf(source, start, size)) if (!ZEROS.subarray(0, piece.length).equals(piece)) return false;
  return true;
}
