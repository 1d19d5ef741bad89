import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** DER of one element. */
export const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const inside = Buffer.concat(content);
  const length = inside.length < 0x80 ? [inside.length] : [0x82, inside.length >> 8, inside.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), inside]);
};

const [BOOLEAN, INTEGER, OCTETS, OID, TEXT, TIME, SEQUENCE, SET, CONTEXT_0, CONTEXT_3] = [0x01, 0x02, 0x04, 0x06, 0x0c, 0x17, 0x30, 0x31, 0xa0, 0xa3];
const oid = (hex: string): Buffer => der(OID, Buffer.from(hex, 'hex'));
const algorithm = (hex: string): Buffer => der(SEQUENCE, oid(hex), der(0x05));
const commonName = (name: string): Buffer => der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(TEXT, Buffer.from(name)))));

const SHA256 = algorithm('608648016503040201');
const SHA1 = algorithm('2b0e03021a');
const RSA = algorithm('2a864886f70d010101');
const RSA_PSS = algorithm('2a864886f70d01010a');
const RSA_SHA256 = algorithm('2a864886f70d01010b');
const SPC_INDIRECT_DATA = oid('2b060104018237020104');
const CA = der(CONTEXT_3, der(SEQUENCE, der(SEQUENCE, oid('551d13'), der(OCTETS, der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff])))))));

export interface Certified {
  readonly name: string;
  readonly key: KeyObject;
  readonly certificate: Buffer;
  readonly issuer: string;
  readonly serial: Buffer;
}

let certificates = 0;

/** A certificate (RFC 5280, section 4.1) by an authority; by itself where none is named, and then an authority's too. */
export function certify(name: string, by?: Certified, { isAuthority = by === undefined }: { readonly isAuthority?: boolean } = {}): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const issuer = by ?? { name, key: privateKey };
  const serial = der(INTEGER, Buffer.from([(certificates += 1)]));
  const body = der(SEQUENCE,
    der(CONTEXT_0, der(INTEGER, Buffer.from([2]))), serial, RSA_SHA256, commonName(issuer.name),
    der(SEQUENCE, der(TIME, Buffer.from('200101000000Z')), der(TIME, Buffer.from('210101000000Z'))), commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }), ...(isAuthority ? [CA] : []));
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, issuer.key)]);
  return { name, key: privateKey, issuer: issuer.name, serial, certificate: der(SEQUENCE, body, RSA_SHA256, der(0x03, signature)) };
}

/** How a signature is made, and in what it differs from a good one. */
export interface Signer {
  readonly by: Certified;
  /** Certificates that come with it besides the signer's. */
  readonly with?: readonly Certified[];
  /** Whose certificate it names and brings: the signer's own unless said otherwise. */
  readonly names?: Certified;
  readonly odd?: 'digest of another file' | 'attributes of another content' | 'no attributes' | 'two signers' | 'RSA-PSS' | 'SHA-1' | 'no certificate' | 'no DER';
}

/** PKCS #7 SignedData (RFC 2315) about the digest of a program, as Authenticode has it. */
function signedData(digest: Uint8Array, { by, with: more = [], names = by, odd }: Signer): Buffer {
  if (odd === 'no DER') return Buffer.from('no DER at all');
  const image = odd === 'digest of another file' ? Buffer.alloc(32, 7) : digest;
  const content = Buffer.concat([
    der(SEQUENCE, oid('2b06010401823702010f'), der(SEQUENCE)), der(SEQUENCE, odd === 'SHA-1' ? SHA1 : SHA256, der(OCTETS, image)),
  ]);
  const stated = createHash('sha256').update(odd === 'attributes of another content' ? 'x' : content).digest();
  const attributes = Buffer.concat([
    der(SEQUENCE, oid('2a864886f70d010903'), der(SET, SPC_INDIRECT_DATA)), der(SEQUENCE, oid('2a864886f70d010904'), der(SET, der(OCTETS, stated))),
  ]);
  const hasAttributes = odd !== 'no attributes';
  const signature = sign('sha256', hasAttributes ? der(SET, attributes) : content, by.key);
  const info = der(SEQUENCE, der(INTEGER, Buffer.from([1])), der(SEQUENCE, commonName(names.issuer), names.serial), SHA256,
    ...(hasAttributes ? [der(CONTEXT_0, attributes)] : []), odd === 'RSA-PSS' ? RSA_PSS : RSA, der(OCTETS, signature));
  return der(SEQUENCE, oid('2a864886f70d010702'), der(CONTEXT_0, der(SEQUENCE,
    der(INTEGER, Buffer.from([1])), der(SET, SHA256), der(SEQUENCE, SPC_INDIRECT_DATA, der(CONTEXT_0, der(SEQUENCE, content))),
    der(CONTEXT_0, ...[...(odd === 'no certificate' ? [] : [names]), ...more].map(({ certificate }) => certificate)),
    der(SET, info, ...(odd === 'two signers' ? [info] : [])))));
}

const OPTIONAL = 88;
const CHECKSUM = OPTIONAL + 64;
const DIRECTORY = OPTIONAL + 144;
const SECTIONS = OPTIONAL + 240;
const CONTENT = 1024;

/** A PE32+ file with sections, names of any length among them, and signatures. */
export function pe(sections: Readonly<Record<string, Uint8Array>>, signers: readonly Signer[] = []): Buffer {
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
  head.writeUInt32LE(CONTENT, OPTIONAL + 60);
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
  const messages = signers.map((signer) => {
    const message = signedData(digest, signer);
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
