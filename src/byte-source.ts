/** A read-only run of bytes of known size. `read` returns fewer bytes only at the end. */
export interface ByteSource {
  readonly size: number;
  /** A new array, or the beginning of `into` where that is given and large enough: what reads much uses one again and again. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  close(): void;
}

/** Runs a reader on a source and closes it. */
export function whileOpen<T>(source: ByteSource, read: (source: ByteSource) => T): T {
  try {
    return read(source);
  } finally {
    source.close();
  }
}

/** Bytes that are read at once where much is read. */
const PIECE = 256 * 1024;

/** A range of a source, piece by piece. A piece is good until the next is asked for: its memory is used again. */
export function* piecesOf(source: Pick<ByteSource, 'read'>, start: number, length: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(PIECE, length));
  for (let done = 0; done < length;) {
    const piece = source.read(start + done, Math.min(PIECE, length - done), buffer);
    if (piece.length === 0) return;
    yield piece;
    done += piece.length;
  }
}
