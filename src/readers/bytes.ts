import type { ByteSource } from '../byte-source.ts';

/** A parser throws this if the bytes cannot be what they claim; the caller turns it into a result. */
export class BadBytes extends Error {}

/** Little-endian numbers at offsets in bytes that are already in memory. Throws `BadBytes` beyond the end. */
export class LittleEndian {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u16(offset: number): number {
    this.#check(offset, 2);
    return this.#view.getUint16(offset, true);
  }

  u32(offset: number): number {
    this.#check(offset, 4);
    return this.#view.getUint32(offset, true);
  }

  /** A 64-bit number. Throws if it is larger than any file offset. */
  u64(offset: number): number {
    const value = this.u32(offset) + this.u32(offset + 4) * 2 ** 32;
    if (value > Number.MAX_SAFE_INTEGER) throw new BadBytes(`an offset or size of ${value} bytes`);
    return value;
  }

  #check(offset: number, length: number): void {
    if (offset < 0 || offset + length > this.bytes.length) throw new BadBytes('a structure is cut short');
  }
}

/**
 * Reads a range that must be inside the file and no longer than a limit; otherwise throws `BadBytes` and reads nothing.
 */
export const readRange = (
  source: ByteSource,
  what: string,
  { offset, size, limit }: { readonly offset: number; readonly size: number; readonly limit: number },
): LittleEndian => {
  if (offset + size > source.size) throw new BadBytes(`${what} reaches beyond the end of the file`);
  if (size > limit) throw new BadBytes(`${what} claims ${size} bytes, more than any real one has`);
  const bytes = source.read(offset, size);
  if (bytes.length < size) throw new BadBytes(`${what} reaches beyond the end of the file`);
  return new LittleEndian(bytes);
};
