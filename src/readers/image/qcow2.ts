import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { readFields } from '../fields.ts';
import { attempt, type Reading } from '../attempt.ts';

/** The header of a qcow2 file: https://www.qemu.org/docs/master/interop/qcow2.html */
export interface Qcow2Header {
  readonly version: 2 | 3;
  /** Bytes of the virtual disk. */
  readonly size: number;
  readonly clusterBits: number;
  readonly l1Offset: number;
  readonly l1Entries: number;
  readonly snapshots: number;
  readonly encrypted: boolean;
  readonly compression: 'zlib' | 'zstd';
  /** Name of the backing file. */
  readonly backingFile: string | undefined;
  /** Features that a reader must know, as a bit mask. */
  readonly incompatible: bigint;
}

export const FEATURE = { dirty: 1n, corrupt: 2n, externalData: 4n, compression: 8n, extendedL2: 16n } as const;

const MAGIC = 0x5146_49fb;
/** QEMU's `QCOW_MAX_L1_SIZE`: 32 MiB of table, enough for 2 EiB with the largest clusters. */
const MAX_L1_BYTES = 32 * 2 ** 20;

export const isQcow2 = (source: Pick<ByteSource, 'read' | 'size'>): boolean =>
  source.size >= 4 && Buffer.from(source.read(0, 4)).readUInt32BE(0) === MAGIC;

export const readQcow2 = (source: Pick<ByteSource, 'size' | 'read'>): Reading<Qcow2Header> => attempt(() => parse(source));

function parse(source: Pick<ByteSource, 'size' | 'read'>): Qcow2Header {
  const header = readFields(source, 'the qcow2 header', 0, 72, 'big');
  if (header.u32(0) !== MAGIC) throw new BadBytes('the file does not begin with `QFI\\xfb`');
  const version = header.u32(4);
  if (version !== 2 && version !== 3) throw new BadBytes(`qcow2 version ${version} is unknown`);
  const more = version === 3 ? readFields(source, 'the qcow2 header', 0, 104, 'big') : undefined;
  const incompatible = more?.big(72) ?? 0n;
  const compression = more !== undefined && more.u32(100) > 104
    ? readFields(source, 'the qcow2 header', 104, 1, 'big').u8(0) : 0;
  if (compression > 1) throw new BadBytes(`qcow2 compression ${compression} is unknown`);
  const clusterBits = header.u32(20);
  if (clusterBits < 9 || clusterBits > 21) throw new BadBytes(`qcow2 clusters of 2^${clusterBits} bytes`);
  const [size, l1Entries] = [header.u64(24), header.u32(36)];
  const covered = 2 ** (clusterBits + (clusterBits - ((incompatible & FEATURE.extendedL2) === 0n ? 3 : 4)));
  if (l1Entries * 8 > MAX_L1_BYTES) throw new BadBytes(`the qcow2 first table claims ${l1Entries} entries`);
  if (l1Entries * covered < size) throw new BadBytes('the qcow2 first table is shorter than the disk');
  return {
    version,
    size,
    clusterBits,
    l1Entries,
    l1Offset: header.u64(40),
    snapshots: header.u32(60),
    encrypted: header.u32(32) !== 0,
    compression: compression === 1 ? 'zstd' : 'zlib',
    backingFile: backingFile(source, header.u64(8), header.u32(16)),
    incompatible,
  };
}

function backingFile(source: Pick<ByteSource, 'size' | 'read'>, offset: number, length: number): string | undefined {
  if (offset === 0 || length === 0) return undefined;
  if (length > 1023) throw new BadBytes(`the qcow2 backing file has a name of ${length} bytes`);
  return Buffer.from(readFields(source, 'the name of the qcow2 backing file', offset, length).bytes).toString();
}
