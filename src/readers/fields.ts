import { BadBytes } from './bytes.ts';
import type { ByteSource } from '../byte-source.ts';

/** Numbers, texts and GUIDs at offsets in bytes that are already in memory. Throws `BadBytes` beyond the end. */
export class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, order: 'little' | 'big' = 'little') {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = order === 'little';
  }

  u8(offset: number): number {
    this.#check(offset, 1);
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    this.#check(offset, 2);
    return this.#view.getUint16(offset, this.#little);
  }

  u32(offset: number): number {
    this.#check(offset, 4);
    return this.#view.getUint32(offset, this.#little);
  }

  big(offset: number): bigint {
    this.#check(offset, 8);
    return this.#view.getBigUint64(offset, this.#little);
  }

  /** A 64-bit number. Throws if it is larger than any offset or size. */
  u64(offset: number): number {
    const value = this.big(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadBytes(`an offset or size of ${value}`);
    return Number(value);
  }

  slice(offset: number, length: number): Uint8Array {
    this.#check(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** Latin-1 text up to the first NUL. */
  text(offset: number, length: number): string {
    const bytes = this.slice(offset, length);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  }

  /** UTF-16LE text up to the first NUL. */
  wideText(offset: number, length: number): string {
    const text = Buffer.from(this.slice(offset, length)).toString('utf16le');
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  /** A GUID whose first three parts are little-endian, as EFI and Microsoft store them. */
  guid(offset: number): string {
    return guidText(this.slice(offset, 16));
  }

  /** A UUID in network order, as RFC 9562 and Linux file systems store them. */
  uuid(offset: number): string {
    return uuidText(this.slice(offset, 16));
  }

  #check(offset: number, length: number): void {
    if (offset < 0 || length < 0 || offset + length > this.bytes.length) throw new BadBytes('a structure is cut short');
  }
}

/** Reads a whole structure. Throws `BadBytes` if it extends beyond the end. The caller must bound `size`. */
export function readFields(
  source: Pick<ByteSource, 'size' | 'read'>,
  what: string,
  offset: number,
  size: number,
  order: 'little' | 'big' = 'little',
): Fields {
  const bytes = offset >= 0 && offset + size <= source.size ? source.read(offset, size) : undefined;
  if (bytes === undefined || bytes.length < size) throw new BadBytes(`${what} reaches beyond the end`);
  return new Fields(bytes, order);
}

/** 16 bytes in network order as `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
export function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** 16 bytes in network order from the text of a UUID. */
export const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const SWAPPED = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** Converts between network order and the mixed order of EFI, in either direction. */
const mixed = (bytes: Uint8Array): Uint8Array => Uint8Array.from(SWAPPED, (index) => bytes[index] ?? 0);

/** Text of a GUID in mixed order (UEFI 2.10, appendix A). */
export const guidText = (bytes: Uint8Array): string => uuidText(mixed(bytes));

/** Bytes of a GUID in mixed order. */
export const guidBytes = (guid: string): Uint8Array => mixed(uuidBytes(guid));
