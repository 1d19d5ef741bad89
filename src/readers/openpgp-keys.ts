import { createHash } from 'node:crypto';

import { attempt } from './attempt.ts';
import { armoredBlocks, isBinary, packetsOf, type Packet } from './openpgp-packets.ts';

/** A primary key with its names, subkeys and signatures, as a key file holds it. */
export interface Certificate {
  /** Of the primary key packet: 4 in nearly all files of today, 6 since RFC 9580. */
  readonly version: number;
  /** `RSA`, `ML-DSA-65+Ed25519`, or `algorithm N`. */
  readonly algorithm: string;
  /** Lower-case hexadecimal digits; undefined for versions before 4. */
  readonly fingerprint?: string;
  readonly bytes: Uint8Array;
}

export interface KeyFileContent {
  readonly certificates: readonly Certificate[];
  /** The reason for each block that could not be read. */
  readonly unreadable: readonly string[];
}

/** https://www.rfc-editor.org/rfc/rfc9580, section 9.1, and draft-ietf-openpgp-pqc, section 2. */
const ALGORITHMS: Readonly<Record<number, string>> = {
  1: 'RSA', 2: 'RSA', 3: 'RSA', 16: 'Elgamal', 17: 'DSA', 18: 'ECDH', 19: 'ECDSA', 22: 'EdDSA', 27: 'Ed25519', 28: 'Ed448',
  30: 'ML-DSA-65+Ed25519', 31: 'ML-DSA-87+Ed448', 32: 'SLH-DSA-SHAKE-128s', 33: 'SLH-DSA-SHAKE-128f', 34: 'SLH-DSA-SHAKE-256s',
};

const PUBLIC_KEY = 6;

/**
 * Reads the keys of a key file, armored or not, one by one: a block that a reader does not know must not hide the
 * others. A file may hold several armored blocks, and a block several keys.
 */
export function readKeyFile(file: Uint8Array): KeyFileContent {
  const blocks = isBinary(file) ? [file] : armoredBlocks(Buffer.from(file).toString('latin1'), 'PUBLIC KEY BLOCK');
  const read = blocks.map((block) => attempt(() => certificatesOf(block)));
  return {
    certificates: read.flatMap((one) => (one.ok ? one.value : [])),
    unreadable: read.flatMap((one) => (one.ok ? [] : [one.reason])),
  };
}

function certificatesOf(block: Uint8Array): readonly Certificate[] {
  const packets = [...packetsOf(block)];
  const starts = packets.flatMap(({ tag }, index) => (tag === PUBLIC_KEY ? [index] : []));
  return starts.flatMap((first, index) => {
    const own = packets.slice(first, starts[index + 1] ?? packets.length);
    const [key, last] = [own[0], own.at(-1)];
    return key === undefined || last === undefined ? [] : [describe(block, key, block.subarray(key.at, last.end))];
  });
}

/** Version, four bytes of time, algorithm: the same for versions 4 to 6. Section 5.5.2. */
function describe(block: Uint8Array, { start, end }: Packet, bytes: Uint8Array): Certificate {
  const body = block.subarray(start, end);
  const [version = 0, , , , , number = 0] = body;
  const fingerprint = fingerprintOf(version, body);
  return { version, algorithm: ALGORITHMS[number] ?? `algorithm ${number}`, bytes, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

/** Section 5.5.4; version 5 is GnuPG's: draft-koch-librepgp, section 5.5.4. */
function fingerprintOf(version: number, body: Uint8Array): string | undefined {
  if (version === 4) return createHash('sha1').update(Buffer.from([0x99, body.length >> 8, body.length & 0xff])).update(body).digest('hex');
  if (version !== 5 && version !== 6) return undefined;
  const head = Buffer.alloc(5);
  head.writeUInt8(version === 5 ? 0x9a : 0x9b);
  head.writeUInt32BE(body.length, 1);
  return createHash('sha256').update(head).update(body).digest('hex');
}
