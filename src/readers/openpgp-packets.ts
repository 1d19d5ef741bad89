import { BadBytes } from './bytes.ts';

/** A packet of OpenPGP: its tag, and the range of its body. */
export interface Packet {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The packets of a binary file in order. Throws `BadBytes`. https://www.rfc-editor.org/rfc/rfc9580, section 4.2. */
export function* packetsOf(bytes: Uint8Array): Generator<Packet & { readonly at: number }> {
  for (let at = 0; at < bytes.length; ) {
    const packet = packetAt(bytes, at);
    yield { ...packet, at };
    at = packet.end;
  }
}

/** Whether a file begins with a packet, not with text: section 4.2. */
export const isBinary = (file: Uint8Array): boolean => ((file[0] ?? 0) & 0x80) !== 0;

/**
 * The content of each armored block of a kind (`SIGNATURE`, `PUBLIC KEY BLOCK`), whatever text surrounds it: section
 * 6.2.
 */
export const armoredBlocks = (text: string, kind: string): readonly Uint8Array[] =>
  [...text.matchAll(new RegExp(
    `^-----BEGIN PGP ${kind}-----[ \\t]*\\r?\\n(?:[^\\r\\n]+: [^\\r\\n]*\\r?\\n)*(?:[ \\t]*\\r?\\n)+([A-Za-z0-9+/=\\s]*?)(?:^=[A-Za-z0-9+/]{4}\\s*)?^-----END PGP ${kind}-----`, 'gm',
  ))].map(([, body = '']) => Buffer.from(body, 'base64'));

function packetAt(bytes: Uint8Array, at: number): Packet {
  const header = bytes[at] ?? 0;
  if ((header & 0x80) === 0) throw new BadBytes('there is no OpenPGP packet');
  const isNew = (header & 0x40) !== 0;
  const tag = isNew ? header & 0x3f : (header >> 2) & 0x0f;
  const { size, length } = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, header & 3);
  const start = at + 1 + size;
  if (start + length > bytes.length) throw new BadBytes('a packet is cut short');
  return { tag, start, end: start + length };
}

interface PacketLength {
  /** Bytes of the length field. */
  readonly size: number;
  readonly length: number;
}

function newLength(bytes: Uint8Array, at: number): PacketLength {
  const first = bytes[at] ?? 0;
  if (first < 192) return { size: 1, length: first };
  if (first < 224) return { size: 2, length: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  if (first < 255) throw new BadBytes('a packet in parts');
  return { size: 5, length: bigEndian(bytes, at + 1, 4) };
}

function oldLength(bytes: Uint8Array, at: number, type: number): PacketLength {
  if (type === 3) throw new BadBytes('a packet without a length');
  const size = 2 ** type;
  return { size, length: bigEndian(bytes, at, size) };
}

const bigEndian = (bytes: Uint8Array, at: number, size: number): number =>
  bytes.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
