import { BadBytes } from './bytes.ts';

/** One element of DER (ITU-T X.690). */
export interface DerElement {
  /** Identifier octet: class, constructed or primitive, and number. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Including identifier and length. */
  readonly whole: Uint8Array;
}

/** Identifier octets of the elements that hew reads. */
export const DER = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** The elements in some bytes, in order. Throws `BadBytes` if one is cut short. */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = derElement(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The element at an offset; later bytes are ignored. Throws `BadBytes` if it is cut short. */
export function derElement(bytes: Uint8Array, at = 0): DerElement {
  const { start, size } = lengthAt(bytes, at + 1);
  if (start + size > bytes.length) throw new BadBytes('an element of DER is cut short');
  return { tag: bytes[at] ?? 0, content: bytes.subarray(start, start + size), whole: bytes.subarray(at, start + size) };
}

/** The element at an index, which must have a tag. Throws `BadBytes` if it is missing or has another tag. */
export function derPart(elements: readonly (DerElement | undefined)[], index: number, tag: number, what: string): DerElement {
  const element = elements[index];
  if (element?.tag !== tag) throw new BadBytes(`${what} is missing`);
  return element;
}

/** A length below 128 is one byte; otherwise the byte gives the number of length bytes that follow. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly size: number } {
  const first = bytes[at];
  const count = (first ?? 0) & 0x7f;
  if (first === undefined || first === 0x80 || count > 4 && first > 0x80) throw new BadBytes('an element of DER has no length');
  if (first < 0x80) return { start: at + 1, size: first };
  const size = bytes.subarray(at + 1, at + 1 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return { start: at + 1 + count, size };
}
