import { Fields } from '../fields.ts';
import { BadBytes } from '../bytes.ts';

const MAGIC = 0xfd2f_b528;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/** Bytes of the zstd frame at the beginning (RFC 8878, section 3.1.1), without decompressing it. */
export function zstdFrameSize(bytes: Uint8Array): number {
  const fields = new Fields(bytes);
  if (fields.u32(0) !== MAGIC) throw new BadBytes('there is no zstd frame');
  const descriptor = fields.u8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
  let at = 5 + (singleSegment ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0)
    + (contentSize === 0 && singleSegment ? 1 : contentSize);
  for (let last = false; !last;) {
    const block = fields.u16(at) | (fields.u8(at + 2) << 16);
    last = (block & 1) !== 0;
    // A block of type 1 is one repeated byte.
    at += 3 + (((block >> 1) & 3) === 1 ? 1 : block >> 3);
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4);
}
