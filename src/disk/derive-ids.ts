import { createHash } from 'node:crypto';

import { uuidText } from '../readers/fields.ts';

/**
 * Every identifier of a disk comes from one seed, a digest of packages, name, version, target, disk and boot settings of
 * the image, and the name of its purpose. The same input gives the same identifiers. Two images that differ in files or
 * settings of the system alone share them, so that an image keeps its identifiers when those change.
 *
 * The digest is `sha256("hew disk\0" + seed + "\0" + purpose)`. A UUID is its first 16 bytes with the version set to 8
 * and the variant to 10b (RFC 9562, section 5.8).
 */
export function deriveUuid(seed: string, purpose: string): string {
  const bytes = deriveBytes(seed, purpose).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

/** A 32-bit number that is not zero: FAT volume ids and MBR disk signatures. */
export const deriveU32 = (seed: string, purpose: string): number => deriveBytes(seed, purpose).readUInt32BE(0) || 1;

const deriveBytes = (seed: string, purpose: string): Buffer =>
  createHash('sha256').update(`hew disk\0${seed}\0${purpose}`).digest();
