import { inflateRawSync, zstdDecompressSync } from 'node:zlib';

import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import type { Qcow2Header } from './qcow2.ts';
import { zstdFrameSize } from './zstd-frame.ts';

/** Bytes of one compressed cluster, by its entry in the L2 table ("Compressed Clusters Descriptor"). */
export function decompressCluster(source: ByteSource, header: Qcow2Header, entry: bigint): Uint8Array {
  const clusterSize = 2 ** header.clusterBits;
  const offsetBits = BigInt(62 - (header.clusterBits - 8));
  const offset = Number(entry & ((1n << offsetBits) - 1n));
  if (offset >= source.size) throw new BadBytes('a compressed qcow2 cluster lies beyond the end');
  const sectors = Number((entry & ((1n << 62n) - 1n)) >> offsetBits) + 1;
  const packed = source.read(offset, sectors * 512 - (offset % 512));
  const unpacked = unpack(header.compression, packed, clusterSize);
  if (unpacked.length !== clusterSize) throw new BadBytes(`a compressed qcow2 cluster has ${unpacked.length} bytes`);
  return unpacked;
}

/** The compressed size is in sectors, so other bytes may follow the compressed ones. */
function unpack(compression: 'zlib' | 'zstd', packed: Uint8Array, clusterSize: number): Uint8Array {
  const limit = { maxOutputLength: clusterSize };
  try {
    return compression === 'zlib'
      ? inflateRawSync(packed, limit)
      : zstdDecompressSync(packed.subarray(0, zstdFrameSize(packed)), limit);
  } catch (error) {
    if (error instanceof BadBytes) throw error;
    throw new BadBytes(`a compressed qcow2 cluster cannot be unpacked: ${(error as Error).message}`);
  }
}
