import { crc32 } from 'node:zlib';

import { guidBytes } from '../../../src/readers/fields.ts';

export const SECTOR = 512;
export const SECTORS = 8192;
export const ESP = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
export const UUID = '01234567-89ab-8def-8123-456789abcdef';

/** A disk with a GPT, its second copy and a protective MBR, as UEFI 2.10 section 5 has them. */
export function gptDisk(): Buffer {
  const disk = Buffer.alloc(SECTORS * SECTOR);
  disk[446 + 4] = 0xee;
  disk.writeUInt32LE(1, 446 + 8);
  disk.writeUInt32LE(SECTORS - 1, 446 + 12);
  disk.writeUInt16LE(0xaa55, 510);
  const entries = Buffer.alloc(128 * 128);
  entries.set(guidBytes(ESP), 128);
  entries.set(guidBytes(UUID), 128 + 16);
  entries.writeBigUInt64LE(2048n, 128 + 32);
  entries.writeBigUInt64LE(4095n, 128 + 40);
  entries.writeBigUInt64LE(1n << 59n, 128 + 48);
  entries.write('größe', 128 + 56, 'utf16le');
  const copy = (own: number, other: number, table: number): void => {
    const header = Buffer.alloc(SECTOR);
    header.write('EFI PART');
    header.writeUInt32LE(0x10000, 8);
    header.writeUInt32LE(92, 12);
    for (const [offset, value] of [[24, own], [32, other], [40, 34], [48, SECTORS - 34], [72, table]] as const) {
      header.writeBigUInt64LE(BigInt(value), offset);
    }
    header.set(guidBytes(UUID), 56);
    header.writeUInt32LE(128, 80);
    header.writeUInt32LE(128, 84);
    header.writeUInt32LE(crc32(entries), 88);
    header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
    disk.set(header, own * SECTOR);
    disk.set(entries, table * SECTOR);
  };
  copy(1, SECTORS - 1, 2);
  copy(SECTORS - 1, 1, SECTORS - 33);
  return disk;
}
