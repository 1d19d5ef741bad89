import { BadBytes } from './bytes.ts';

/** Hash algorithms of OpenPGP by number: RFC 9580, section 9.5. */
const HASHES: Readonly<Record<number, string>> = {
  1: 'MD5', 2: 'SHA-1', 3: 'RIPEMD-160', 8: 'SHA-256', 9: 'SHA-384', 10: 'SHA-512', 11: 'SHA-224', 12: 'SHA3-256', 14: 'SHA3-512',
};

const SIGNATURE = 2;

/**
 * The hash algorithms of the signatures in a detached signature, armored or not. Throws `BadBytes` for a file that holds
 * anything but signature packets, or more than one armored block: another reader could take another part of it.
 * https://www.rfc-editor.org/rfc/rfc9580, sections 4.2, 5.2 and 6.2.
 */
export function signatureHashes(file: Uint8Array): readonly string[] {
  const bytes = ((file[0] ?? 0) & 0x80) === 0 ? unarmor(Buffer.from(file).toString('latin1')) : file;
  const hashes: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { tag, start, end } = packetAt(bytes, at);
    if (tag !== SIGNATURE) throw new BadBytes(`packet ${tag} in a signature`);
    // Version 3 has its hashed part, of five bytes, and the key id in front: section 5.2.2.
    const number = bytes[start + (bytes[start] === 3 ? 16 : 3)];
    if (number === undefined || start + 4 > end) throw new BadBytes('a signature is cut short');
    hashes.push(HASHES[number] ?? `hash algorithm ${number}`);
    at = end;
  }
  if (hashes.length === 0) throw new BadBytes('there is no signature');
  return hashes;
}

function unarmor(text: string): Uint8Array {
  const blocks = [...text.matchAll(/^-----BEGIN PGP SIGNATURE-----[ \t]*\r?\n(?:[^\r\n]+: [^\r\n]*\r?\n)*[ \t]*\r?\n([A-Za-z0-9+/=\s]*?)(?:^=[A-Za-z0-9+/]{4}\s*)?^-----END PGP SIGNATURE-----/gm)];
  const [block] = blocks;
  if (block === undefined || (text.match(/-----BEGIN /g)?.length ?? 0) !== 1) throw new BadBytes('there is not one armored signature');
  return Buffer.from(block[1] ?? '', 'base64');
}

function packetAt(bytes: Uint8Array, at: number): { readonly tag: number; readonly start: number; readonly end: number } {
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
  /** Bytes that state the length. */
  readonly size: number;
  readonly length: number;
}

function newLength(bytes: Uint8Array, at: number): PacketLength {
  const first = bytes[at] ?? 0;
  if (first < 192) return { size: 1, length: first };
  if (first < 224) return { size: 2, length: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  if (first < 255) throw new BadBytes('a signature in parts');
  return { size: 5, length: bigEndian(bytes, at + 1, 4) };
}

function oldLength(bytes: Uint8Array, at: number, type: number): PacketLength {
  if (type === 3) throw new BadBytes('a packet without a length');
  const size = 2 ** type;
  return { size, length: bigEndian(bytes, at, size) };
}

const bigEndian = (bytes: Uint8Array, at: number, size: number): number =>
  bytes.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
