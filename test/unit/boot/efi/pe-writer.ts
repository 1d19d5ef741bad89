import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** DER of one element. */
export const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const inside = Buffer.concat(content);
  const length = inside.length < 0x80 ? [inside.length] : [0x82, inside.length >> 8, inside.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), inside]);
};

const [INTEGER, OCTETS, OID, TEXT, TIME, SEQUENCE, SET, CONTEXT_0] = [0x02, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31, 0xa0];
const commonName = (name: string): Buffer =>
  der(SEQUENCE, der(SET, der(SEQUENCE, der(OID, Buffer.from('550403', 'hex')), der(TEXT, Buffer.from(name)))));

export interface Authority {
  readonly name: string;
  readonly key: KeyObject;
}

export interface Certified extends Authority {
  readonly certificate: Buffer;
}

/** A certificate (RFC 5280, section 4.1) by an authority; by itself where none is named. */
export function certify(name: string, by?: Authority): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const issuer = by ?? { name, key: privateKey };
  const algorithm = der(SEQUENCE, der(OID, Buffer.from('2b6570', 'hex')));
  const body = der(SEQUENCE,
    der(CONTEXT_0, der(INTEGER, Buffer.from([2]))), der(INTEGER, Buffer.from([1])), algorithm, commonName(issuer.name),
    der(SEQUENCE, der(TIME, Buffer.from('200101000000Z')), der(TIME, Buffer.from('400101000000Z'))), commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }));
  const signature = Buffer.concat([Buffer.from([0]), sign(null, body, issuer.key)]);
  return { name, key: privateKey, certificate: der(SEQUENCE, body, algorithm, der(0x03, signature)) };
}

/** PKCS #7 SignedData (RFC 2315) with a digest and certificates, as far as a reader of names looks. */
const signedData = (digest: Uint8Array, certificates: readonly Buffer[]): Buffer =>
  der(SEQUENCE, der(OID, Buffer.from('2a864886f70d010702', 'hex')), der(CONTEXT_0, der(SEQUENCE,
    der(INTEGER, Buffer.from([1])), der(SET), der(SEQUENCE, der(CONTEXT_0, der(OCTETS, digest))), der(CONTEXT_0, ...certificates), der(SET))));

const OPTIONAL = 88;
const CHECKSUM = OPTIONAL + 64;
const DIRECTORY = OPTIONAL + 144;
const SECTIONS = OPTIONAL + 240;
const CONTENT = 1024;

/** A PE32+ file with sections, names of any length among them, and one signature for each set of certificates. */
export function pe(sections: Readonly<Record<string, Uint8Array>>, signers: readonly (readonly Buffer[])[] = []): Buffer {
  const names = Object.keys(sections);
  const parts = Object.values(sections);
  const table = Buffer.from(`1234${names.map((name) => `${name}\0`).join('')}`, 'latin1');
  const symbols = CONTENT + parts.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.alloc(CONTENT);
  head.write('MZ');
  head.writeUInt32LE(64, 60);
  head.write('PE\0\0', 64);
  head.writeUInt16LE(0x8664, 68);
  head.writeUInt16LE(names.length, 70);
  head.writeUInt32LE(symbols, 76);
  head.writeUInt16LE(240, 84);
  head.writeUInt16LE(0x20b, OPTIONAL);
  let at = CONTENT;
  for (const [index, name] of names.entries()) {
    const entry = SECTIONS + index * 40;
    const size = parts[index]?.length ?? 0;
    head.write(name.length <= 8 ? name : `/${table.indexOf(`${name}\0`)}`, entry, 'latin1');
    head.writeUInt32LE(size, entry + 8);
    head.writeUInt32LE(size, entry + 16);
    head.writeUInt32LE(at, entry + 20);
    at += size;
  }
  const content = Buffer.concat([head, ...parts, table]);
  const padded = Buffer.concat([content, Buffer.alloc((8 - (content.length % 8)) % 8)]);
  const digest = createHash('sha256')
    .update(padded.subarray(0, CHECKSUM)).update(padded.subarray(CHECKSUM + 4, DIRECTORY)).update(padded.subarray(DIRECTORY + 8)).digest();
  const messages = signers.map((certificates) => {
    const message = signedData(digest, certificates);
    const entry = Buffer.alloc(Math.ceil((message.length + 8) / 8) * 8);
    entry.writeUInt32LE(message.length + 8);
    entry.writeUInt16LE(0x200, 4);
    entry.writeUInt16LE(2, 6);
    message.copy(entry, 8);
    return entry;
  });
  const size = messages.reduce((sum, { length }) => sum + length, 0);
  if (size > 0) {
    padded.writeUInt32LE(padded.length, DIRECTORY);
    padded.writeUInt32LE(size, DIRECTORY + 4);
  }
  return Buffer.concat([padded, ...messages]);
}
