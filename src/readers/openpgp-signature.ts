import { BadBytes } from './bytes.ts';
import { armoredBlocks, isBinary, packetsOf } from './openpgp-packets.ts';

/** Hash algorithms of OpenPGP by number: RFC 9580, section 9.5. */
const HASHES: Readonly<Record<number, string>> = {
  1: 'MD5', 2: 'SHA-1', 3: 'RIPEMD-160', 8: 'SHA-256', 9: 'SHA-384', 10: 'SHA-512', 11: 'SHA-224', 12: 'SHA3-256', 14: 'SHA3-512',
};

const SIGNATURE = 2;

/**
 * The hash algorithms in a detached signature, armored or not. Throws `BadBytes` if the file holds anything else than
 * signature packets, or more than one armored block: another reader might read another part.
 * https://www.rfc-editor.org/rfc/rfc9580, sections 4.2, 5.2 and 6.2.
 */
export function signatureHashes(file: Uint8Array): readonly string[] {
  const bytes = isBinary(file) ? file : unarmor(Buffer.from(file).toString('latin1'));
  const hashes: string[] = [];
  for (const { tag, start, end } of packetsOf(bytes)) {
    if (tag !== SIGNATURE) throw new BadBytes(`packet ${tag} in a signature`);
    // In version 3 a hashed part of five bytes and the key id come first: section 5.2.2.
    const number = bytes[start + (bytes[start] === 3 ? 16 : 3)];
    if (number === undefined || start + 4 > end) throw new BadBytes('a signature is cut short');
    hashes.push(HASHES[number] ?? `hash algorithm ${number}`);
  }
  if (hashes.length === 0) throw new BadBytes('there is no signature');
  return hashes;
}

function unarmor(text: string): Uint8Array {
  const [block] = armoredBlocks(text, 'SIGNATURE');
  if (block === undefined || (text.match(/-----BEGIN /g)?.length ?? 0) !== 1) throw new BadBytes('there is not one armored signature');
  return block;
}
