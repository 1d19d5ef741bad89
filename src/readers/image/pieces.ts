import type { ByteSource } from '../../byte-source.ts';

/** Bytes up to `end` (exclusive) of the virtual disk, all from one position. */
export interface Piece {
  readonly end: number;
  /** Reads inside the piece by offsets of the virtual disk; undefined means zeros. */
  readonly read: ((offset: number, length: number) => Uint8Array) | undefined;
}

/** Limit of one read: callers of a `ByteSource` read structures, not disks. */
const MAX_READ = 2 ** 30;

/** A `ByteSource` made of blocks that are stored elsewhere or not at all. */
export function sourceOfPieces(size: number, pieceAt: (offset: number) => Piece, close: () => void): ByteSource {
  return {
    size,
    close,
    read: (offset, wanted, into) => {
      const length = Math.max(0, Math.min(wanted, size - offset, MAX_READ));
      const bytes = into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
      for (let done = 0; done < bytes.length;) {
        const piece = pieceAt(offset + done);
        const count = Math.min(bytes.length - done, piece.end - (offset + done));
        if (piece.read === undefined) bytes.fill(0, done, done + count);
        else bytes.set(piece.read(offset + done, count), done);
        done += count;
      }
      return bytes;
    },
  };
}

/** A range of another source. Reads beyond its end are shortened, as for a file. */
export function partOf(source: ByteSource, start: number, wanted: number, close = (): void => {}): ByteSource {
  const size = Math.max(0, Math.min(wanted, source.size - start));
  return { size, read: (offset, length, into) => source.read(start + offset, Math.max(0, Math.min(length, size - offset)), into), close };
}
