import { BadBytes } from './bytes.ts';

/** One element of DER (ITU-T X.690). */
export interface DerElement {
  /** Identifier octet: class, whether it holds others, number. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its identifier and length. */
  readonly whole: Uint8Array;
}

/** Identifier octets of the elements that hew reads. */
export const DER = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** The elements of some bytes, one after the other. Throws `BadBytes` where one is cut short. */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = derElement(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The element that begins at an offset; what follows it is not read. Throws `BadBytes` where it is cut short. */
export function derElement(bytes: Uint8Array, at = 0): DerElement {
  const { start, size } = lengthAt(bytes, at + 1);
  if (start + size > bytes.length) throw new BadBytes('an element of DER is cut short');
  return { tag: bytes[at] ?? 0, content: bytes.subarray(start, start + size), whole: bytes.subarray(at, start + size) };
}

/** One of some elements, which must be of a kind. Throws `BadBytes` where it is not there, or is another. */
export function derPart(elements: readonly (DerElement | undefined)[], index: number, tag: number, what: string): DerElement {
  const element = elements[index];
  if (element?.tag !== tag) throw new BadBytes(`${what} is missing`);
  return element;
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
