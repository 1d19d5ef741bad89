import { describe, expect, it } from 'vitest';

import { readKeyFile } from '../../../src/readers/openpgp-keys.ts';

/** The packet of a primary key of this version and algorithm, of which nothing else matters, and a name behind it. */
const certificate = (version: number, algorithm: number): Uint8Array =>
  Uint8Array.from([0xc6, 8, version, 0, 0, 0, 1, algorithm, 7, 7, 0xcd, 1, 0x61]);
const armor = (bytes: Uint8Array, newline = '\n'): string =>
  ['-----BEGIN PGP PUBLIC KEY BLOCK-----', 'Comment: a key', '', Buffer.from(bytes).toString('base64'), '=abcd', '-----END PGP PUBLIC KEY BLOCK-----', ''].join(newline);
const told = (file: Uint8Array | string): readonly string[] =>
  readKeyFile(Buffer.from(file)).certificates.map(({ version, algorithm }) => `${version} ${algorithm}`);

describe('the keys of a key file', () => {
  it('are found in a keyring, in a block of several and in several blocks, whatever text stands around them', () => {
    const both = Buffer.concat([certificate(4, 1), certificate(4, 22)]);
    expect(told(both)).toEqual(['4 RSA', '4 EdDSA']);
    expect(told(armor(both))).toEqual(['4 RSA', '4 EdDSA']);
    expect(told(`pub rsa4096\n${armor(certificate(4, 1), '\r\n')}between\n${armor(certificate(6, 30))}`)).toEqual(['4 RSA', '6 ML-DSA-65+Ed25519']);
  });

  it('have fingerprints as long as their version has them', () => {
    const lengths = [3, 4, 5, 6].map((version) => readKeyFile(certificate(version, 1)).certificates[0]?.fingerprint?.length);
    expect(lengths).toEqual([undefined, 40, 64, 64]);
  });

  it('take the bytes of their packets and no others', () => {
    const [first, second] = [certificate(4, 1), certificate(6, 27)];
    expect(readKeyFile(Buffer.concat([first, second])).certificates.map(({ bytes }) => [...bytes])).toEqual([[...first], [...second]]);
  });

  it('stay readable beside a block that is not', () => {
    const { certificates, unreadable } = readKeyFile(Buffer.from(`${armor(certificate(4, 1).subarray(0, 5))}${armor(certificate(4, 1))}`));
    expect([certificates.length, unreadable]).toEqual([1, ['a packet is cut short']]);
  });

  it('are none in anything else', () => {
    expect(readKeyFile(Buffer.from('<html>')).certificates).toEqual([]);
    expect(readKeyFile(new Uint8Array()).certificates).toEqual([]);
  });
});
