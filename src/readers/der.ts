import { BadBytes } from './bytes.ts';

/** One element of DER (ITU-T X.690). */
export interface DerElement {
  /** Identifier octet: class, whether it holds others, number. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its identifier and length. */
  readonly whole: Uint8Array;
}

/** The elements of some bytes, one after the other. Throws `BadBytes` where one is cut short. */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, size } = lengthAt(bytes, at + 1);
    if (start + size > bytes.length) throw new BadBytes('an element of DER is cut short');
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + size), whole: bytes.subarray(at, start + size) });
    at = start + size;
  }
  return elements;
}

/** A length below 128 is one byte; else that byte says how many follow. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly size: number } {
  const first = bytes[at];
  const count = (first ?? 0) & 0x7f;
  if (first === undefined || first === 0x80 || count > 4 && first > 0x80) throw new BadBytes('an element of DER has no length');
  if (first < 0x80) return { start: at + 1, size: first };
  const size = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 1 + count, size };
}
