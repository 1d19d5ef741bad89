import type { X509Certificate } from 'node:crypto';

import { checkSignature, readCertificate, type CheckedSignature } from './authenticode.ts';
import { LittleEndian } from './bytes.ts';
import type { PeFile } from './pe.ts';

/**
 * The signatures of a program in order, each checked against its bytes.
 * https://learn.microsoft.com/windows/win32/debug/pe-format#the-attribute-certificate-table-image-only
 */
export const signaturesOf = ({ certificates, digest }: PeFile): readonly CheckedSignature[] =>
  signedMessages(certificates).map((message) => checkSignature(message, digest));

const MESSAGE_HEADER = 8;
const PKCS_SIGNED_DATA = 2;

/** Each message is padded to eight bytes. */
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

const LIST_HEADER = 28;
const OWNER = 16;

/**
 * Certificates that a shim trusts besides those of the firmware (its vendor_cert): one certificate, or lists in the
 * form of UEFI. https://github.com/rhboot/shim/blob/main/cert.S, UEFI specification 32.4.1 (EFI_SIGNATURE_LIST)
 */
export function trustedBy({ sections }: PeFile): readonly X509Certificate[] {
  const table = sections.get('.vendor_cert')?.content;
  if (table === undefined || table.length < 16) return [];
  const fields = new LittleEndian(table);
  const bytes = table.subarray(fields.u32(8), fields.u32(8) + fields.u32(0));
  const whole = readCertificate(bytes);
  return whole === undefined ? listed(bytes) : [whole];
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
