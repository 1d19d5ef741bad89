import { X509Certificate } from 'node:crypto';

import { BadBytes, LittleEndian } from './bytes.ts';
import { derElements } from './der.ts';
import type { PeFile } from './pe.ts';

/** A signature of an EFI program. Whether its key was really used is for the firmware to say, not for hew. */
export interface Signature {
  /** Common name of the certificate. */
  readonly signer: string;
  /** Common name of who issued that. */
  readonly authority: string;
  /** Whether it was made for this content, by the digest in it. */
  readonly fits: boolean;
}

/**
 * Signatures of a program, in their order; none of those that cannot be read.
 * https://learn.microsoft.com/windows/win32/debug/pe-format#the-attribute-certificate-table-image-only
 */
export function signaturesOf({ certificates, digest }: PeFile): readonly Signature[] {
  return signedMessages(certificates).flatMap((message) =>
    leavesOf(certificatesIn(message)).map((leaf) => ({
      signer: commonName(leaf.subject), authority: commonName(leaf.issuer), fits: digest !== undefined && Buffer.from(message).includes(digest),
    })));
}

const MESSAGE_HEADER = 8;
const PKCS_SIGNED_DATA = 2;

/** Each is padded to eight bytes. */
function signedMessages(table: Uint8Array): readonly Uint8Array[] {
  const fields = new LittleEndian(table);
  const messages: Uint8Array[] = [];
  for (let at = 0; at + MESSAGE_HEADER <= table.length;) {
    const size = fields.u32(at);
    if (size < MESSAGE_HEADER || at + size > table.length) break;
    if (fields.u16(at + 6) === PKCS_SIGNED_DATA) messages.push(table.subarray(at + MESSAGE_HEADER, at + size));
    at += Math.ceil(size / 8) * 8;
  }
  return messages;
}

const SEQUENCE = 0x30;
const CONTEXT_0 = 0xa0;

/** Of a ContentInfo the SignedData, and of that the certificates: RFC 2315, sections 7 and 9.1. */
function certificatesIn(message: Uint8Array): readonly X509Certificate[] {
  const inside = (bytes: Uint8Array, tag: number): Uint8Array =>
    derElements(bytes).find((element) => element.tag === tag)?.content ?? new Uint8Array(0);
  try {
    const signedData = inside(inside(inside(message, SEQUENCE), CONTEXT_0), SEQUENCE);
    return derElements(inside(signedData, CONTEXT_0)).flatMap(({ whole }) => readCertificate(whole) ?? []);
  } catch (error) {
    if (error instanceof BadBytes) return [];
    throw error;
  }
}

/** The certificates that issued none of the others. */
const leavesOf = (all: readonly X509Certificate[]): readonly X509Certificate[] =>
  all.filter((one) => !all.some((other) => other !== one && other.checkIssued(one)));

const commonName = (name: string): string => /^CN=(.+)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');

/** Undefined for what is none. */
function readCertificate(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

const LIST_HEADER = 28;
const OWNER = 16;

/**
 * Names of those whose signatures a shim takes besides the firmware's: one certificate, or lists of them as UEFI keeps
 * them. https://github.com/rhboot/shim/blob/main/cert.S, UEFI specification 32.4.1 (EFI_SIGNATURE_LIST)
 */
export function trustedBy({ sections }: PeFile): readonly string[] {
  const table = sections.get('.vendor_cert')?.content;
  if (table === undefined || table.length < 16) return [];
  const fields = new LittleEndian(table);
  const bytes = table.subarray(fields.u32(8), fields.u32(8) + fields.u32(0));
  const whole = readCertificate(bytes);
  return (whole === undefined ? listed(bytes) : [whole]).map(({ subject }) => commonName(subject));
}

function listed(bytes: Uint8Array): readonly X509Certificate[] {
  const fields = new LittleEndian(bytes);
  const found: X509Certificate[] = [];
  for (let at = 0; at + LIST_HEADER <= bytes.length;) {
    const [size, header, each] = [fields.u32(at + 16), fields.u32(at + 20), fields.u32(at + 24)];
    if (size < LIST_HEADER || each <= OWNER) break;
    for (let entry = at + LIST_HEADER + header; entry + each <= at + size; entry += each) {
      found.push(...[readCertificate(bytes.subarray(entry + OWNER, entry + each)) ?? []].flat());
    }
    at += size;
  }
  return found;
}
