import { deflateRawSync, zstdCompressSync } from 'node:zlib';

/** A footer as the specification lays it out, written apart from the code under test. */
export function vhdFooter(size: number, type = 2, header = 0xffff_ffff_ffff_ffffn): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('conectix');
  bytes.writeUInt32BE(2, 8);
  bytes.writeUInt32BE(0x10000, 12);
  bytes.writeBigUInt64BE(header, 16);
  bytes.write('qem2', 28);
  bytes.write('Wi2k', 36);
  bytes.writeBigUInt64BE(BigInt(size), 40);
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(type, 60);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.writeUInt32BE(~sum >>> 0, 64);
  return bytes;
}

export const CLUSTER = 65536;
const cluster = Buffer.alloc(CLUSTER, 'cluster ');

/** Header, one table each, a plain cluster, a compressed one with something behind it, one that is not there. */
export function qcow2Image(compression: 'zlib' | 'zstd'): Buffer {
  const packed = compression === 'zlib' ? deflateRawSync(cluster) : zstdCompressSync(cluster);
  const bytes = Buffer.alloc(5 * CLUSTER);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(BigInt(3 * CLUSTER), 24);
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(BigInt(CLUSTER), 40);
  bytes.writeBigUInt64BE(compression === 'zstd' ? 8n : 0n, 72);
  bytes.writeUInt32BE(112, 100);
  bytes.writeUInt8(compression === 'zstd' ? 1 : 0, 104);
  bytes.writeBigUInt64BE(BigInt(2 * CLUSTER) | (1n << 63n), CLUSTER);
  bytes.writeBigUInt64BE(BigInt(3 * CLUSTER) | (1n << 63n), 2 * CLUSTER);
  const offset = 4 * CLUSTER + 100;
  const sectors = Math.ceil((100 + packed.length) / 512) - 1;
  bytes.writeBigUInt64BE((1n << 62n) | (BigInt(sectors) << 54n) | BigInt(offset), 2 * CLUSTER + 8);
  bytes.fill('plain   ', 3 * CLUSTER, 4 * CLUSTER);
  bytes.fill(0x55, 4 * CLUSTER);
  bytes.set(packed, offset);
  return bytes;
}
