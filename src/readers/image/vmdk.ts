import { BadBytes } from '../bytes.ts';
import type { ByteSource } from '../../byte-source.ts';
import { attempt, type Reading } from '../attempt.ts';
import { readFields, type Fields } from '../fields.ts';

/** The header of a sparse extent: VMware's Virtual Disk Format 5.0, "Hosted Sparse Extent Header", and block/vmdk.c of QEMU. */
export interface VmdkHeader {
  readonly version: number;
  /** Bytes of the virtual disk. */
  readonly size: number;
  /** Bytes of a grain, the unit of allocation. */
  readonly grainSize: number;
  /** Entries of one grain table. */
  readonly tableEntries: number;
  /** Offset of the grain directory. */
  readonly directory: number;
  /** Whether grains are compressed and have markers: a stream-optimised disk. */
  readonly streamOptimized: boolean;
  /** Whether table entry 1 means a grain of zeros. */
  readonly hasZeroGrains: boolean;
  /** The text with extents and geometry; empty if the file has none. */
  readonly descriptor: string;
}

export const SECTOR = 512;
const MAGIC = 0x564d_444b;
const FLAG = { zeroGrains: 0x4, compressed: 0x1_0000, markers: 0x2_0000 } as const;
/** The footer at the end of a stream gives the position of the directory. */
const AT_END = 2n ** 64n - 1n;
/** Bytes from the footer to the end, including the end-of-stream marker. */
const FOOTER = 2 * SECTOR;
const MAX_DESCRIPTOR = 2 ** 20;
const MAX_GRAIN = 2 ** 20;

export const isVmdk = (source: Pick<ByteSource, 'read' | 'size'>): boolean =>
  source.size >= SECTOR && Buffer.from(source.read(0, 4)).readUInt32LE(0) === MAGIC;

export const readVmdk = (source: Pick<ByteSource, 'size' | 'read'>): Reading<VmdkHeader> => attempt(() => {
  const first = readFields(source, 'the VMDK header', 0, SECTOR, 'little');
  const header = first.big(56) === AT_END ? readFields(source, 'the VMDK footer', source.size - FOOTER, SECTOR, 'little') : first;
  return parse(source, first, header);
});

function parse(source: Pick<ByteSource, 'size' | 'read'>, first: Fields, header: Fields): VmdkHeader {
  if (header.u32(0) !== MAGIC) throw new BadBytes('the VMDK footer does not begin with `KDMV`');
  const [version, flags] = [header.u32(4), header.u32(8)];
  if (version < 1 || version > 3) throw new BadBytes(`VMDK version ${version} is unknown`);
  const [size, grainSize, tableEntries] = [header.u64(12) * SECTOR, header.u64(20) * SECTOR, header.u32(44)];
  if (!Number.isSafeInteger(size)) throw new BadBytes('the VMDK claims more bytes than there can be');
  if (grainSize < SECTOR || grainSize > MAX_GRAIN) throw new BadBytes(`the VMDK has grains of ${grainSize} bytes`);
  if (tableEntries < 1 || tableEntries > 512) throw new BadBytes(`the VMDK has grain tables of ${tableEntries} entries`);
  const compressed = (flags & FLAG.compressed) !== 0;
  if (compressed && header.u16(77) !== 1) throw new BadBytes(`VMDK compression ${header.u16(77)} is unknown`);
  return {
    version, size, grainSize, tableEntries,
    directory: header.u64(56) * SECTOR,
    streamOptimized: compressed && (flags & FLAG.markers) !== 0,
    hasZeroGrains: (flags & FLAG.zeroGrains) !== 0,
    descriptor: descriptor(source, first.u64(28) * SECTOR, first.u64(36) * SECTOR),
  };
}

function descriptor(source: Pick<ByteSource, 'size' | 'read'>, offset: number, length: number): string {
  if (offset === 0 || length === 0) return '';
  if (length > MAX_DESCRIPTOR) throw new BadBytes(`the VMDK descriptor has ${length} bytes`);
  return Buffer.from(readFields(source, 'the VMDK descriptor', offset, length, 'little').bytes).toString('latin1').replace(/\0.*$/s, '');
}
