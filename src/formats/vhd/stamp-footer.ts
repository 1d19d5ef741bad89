import { uuidBytes } from '../../readers/fields.ts';
import { VHD_EPOCH, vhdChecksum } from '../../readers/image/vhd.ts';

/**
 * The VHD footer with a given identifier and creation time, and a correct checksum: the only differences between two
 * conversions of one disk. `created` is seconds since 1970.
 */
export function stampVhdFooter(footer: Uint8Array, uuid: string, created: number): Uint8Array {
  const stamped = Buffer.from(footer);
  stamped.writeUInt32BE(Math.max(0, created - VHD_EPOCH), 24);
  stamped.set(uuidBytes(uuid), 68);
  stamped.writeUInt32BE(vhdChecksum(stamped, 64), 64);
  return stamped;
}
