import { closeSync, fstatSync, readSync, read as readCallback } from 'node:fs';
import { promisify } from 'node:util';

import type { ByteSource } from '../byte-source.ts';

const read = promisify(readCallback);

/** Random access to an open file, which `close` closes. */
export const sourceOf = (file: number): ByteSource => ({
  size: fstatSync(file).size,
  read: (offset, length, into) => {
    const buffer = into !== undefined && into.length >= length ? into : Buffer.allocUnsafe(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
  },
  close: () => closeSync(file),
});

/** Bytes. */
const PIECE = 1 * 1024 * 1024;

/** Buffers for reuse. New ones for every file would stay in memory until garbage collection. */
const spare: Buffer[] = [];

/** An open file piece by piece, closed at its end. A piece is valid until the next is requested. */
export async function* filePieces(file: number): AsyncGenerator<Uint8Array> {
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(PIECE);
  try {
    for (;;) {
      const { bytesRead } = await read(file, buffer, 0, PIECE, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    spare.push(buffer);
    closeSync(file);
  }
}
