import { describe, expect, it } from 'vitest';

import { signatureHashes } from '../../../src/readers/openpgp-signature.ts';
import { BadBytes } from '../../../src/readers/bytes.ts';

/** A version 4 signature packet with this hash algorithm, of which nothing else matters. */
const packet = (hash: number, header = [0x88, 8]): Uint8Array => Uint8Array.from([...header, 4, 0, 1, hash, 0, 0, 0, 0]);
const armor = (bytes: Uint8Array, head = ''): Uint8Array =>
  Buffer.from(`-----BEGIN PGP SIGNATURE-----\n${head}\n${Buffer.from(bytes).toString('base64')}\n=abcd\n-----END PGP SIGNATURE-----\n`);

describe('the hash algorithms of a detached signature', () => {
  it.each([
    ['old packet', packet(8), ['SHA-256']],
    ['new packet', packet(2, [0xc2, 8]), ['SHA-1']],
    ['four bytes of length', packet(3, [0xc2, 0xff, 0, 0, 0, 8]), ['RIPEMD-160']],
    ['version 3', Uint8Array.from([0x88, 19, 3, 5, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 0, 0]), ['MD5']],
    ['two packets', Buffer.concat([packet(10), packet(2)]), ['SHA-512', 'SHA-1']],
    ['unknown algorithm', packet(99), ['hash algorithm 99']],
    ['armor', armor(packet(8)), ['SHA-256']],
    ['armor with headers', armor(packet(2), 'Version: GnuPG v2\nComment: x\n'), ['SHA-1']],
  ])('%s', (_title, bytes, hashes) => {
    expect(signatureHashes(bytes)).toEqual(hashes);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('hello')],
    ['two armored blocks', Buffer.concat([armor(packet(8)), armor(packet(2))])],
    ['a block of another kind behind it', Buffer.concat([armor(packet(8)), Buffer.from('-----BEGIN PGP MESSAGE-----\n')])],
    ['another packet', Uint8Array.from([0xcb, 1, 0])],
    ['a packet in parts', Uint8Array.from([0xc2, 0xe0, 0])],
    ['a packet without a length', Uint8Array.from([0x8b, 4, 0, 1, 8])],
    ['a packet that is cut short', packet(8).subarray(0, 6)],
  ])('%s is refused', (_title, bytes) => {
    expect(() => signatureHashes(bytes)).toThrow(BadBytes);
  });
});
