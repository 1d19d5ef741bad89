import { BadBytes } from './bytes.ts';
import type { ByteSource } from '../byte-source.ts';
import { readFields, type Fields } from './fields.ts';
import { attempt, type Reading } from './attempt.ts';

/** A DOS partition table. */
export interface Mbr {
  /** Disk signature, a 32-bit number. */
  readonly diskId: number;
  readonly partitions: readonly MbrPartition[];
  /** Whether it only protects a GPT (UEFI 2.10, section 5.2.3). */
  readonly protective: boolean;
  /** Whether there is code for a BIOS to run. */
  readonly bootCode: boolean;
}

export interface MbrPartition {
  readonly number: number;
  readonly type: number;
  readonly active: boolean;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
}

const SECTOR = 512;
const PROTECTIVE = 0xee;
const EXTENDED: readonly number[] = [0x05, 0x0f, 0x85];
/** Linux itself reads at most 60 partitions of a DOS table. */
const MAX_LOGICAL = 60;

/** Reads the table in the first sector, and the logical partitions of an extended one. */
export const readMbr = (disk: Pick<ByteSource, 'size' | 'read'>): Reading<Mbr> => attempt(() => parse(disk));

function parse(disk: Pick<ByteSource, 'size' | 'read'>): Mbr {
  const sector = readTable(disk, 0);
  const primary = [0, 1, 2, 3].flatMap((index) => readEntry(sector, index, index + 1, 0));
  const extended = primary.find(({ type }) => EXTENDED.includes(type));
  return {
    diskId: sector.u32(440),
    protective: primary.some(({ type }) => type === PROTECTIVE),
    bootCode: sector.slice(0, 440).some((byte) => byte !== 0),
    partitions: [
      ...primary.filter(({ type }) => !EXTENDED.includes(type)),
      ...(extended === undefined ? [] : readLogical(disk, extended.start)),
    ],
  };
}

function readTable(disk: Pick<ByteSource, 'size' | 'read'>, offset: number): Fields {
  const sector = readFields(disk, 'the partition table', offset, SECTOR);
  if (sector.u16(510) !== 0xaa55) throw new BadBytes('the first sector lacks the boot signature 55 AA');
  return sector;
}

function readEntry(sector: Fields, index: number, number: number, base: number): readonly MbrPartition[] {
  const at = 446 + 16 * index;
  const [status, type] = [sector.u8(at), sector.u8(at + 4)];
  const [start, size] = [base + sector.u32(at + 8) * SECTOR, sector.u32(at + 12) * SECTOR];
  if (status !== 0 && status !== 0x80) throw new BadBytes('the first sector is no partition table');
  return type === 0 || size === 0 ? [] : [{ number, type, active: status === 0x80, start, size }];
}

/** Logical partitions are a linked list: each table has one partition and the position of the next table. */
function readLogical(disk: Pick<ByteSource, 'size' | 'read'>, first: number): readonly MbrPartition[] {
  const found: MbrPartition[] = [];
  for (let at: number | undefined = first; at !== undefined;) {
    if (found.length >= MAX_LOGICAL) throw new BadBytes('the extended partition does not end');
    const table = readTable(disk, at);
    found.push(...readEntry(table, 0, found.length + 5, at));
    const next: MbrPartition | undefined = readEntry(table, 1, 0, first)[0];
    if (next !== undefined && next.start <= at) throw new BadBytes('the extended partition goes round in a circle');
    at = next?.start;
  }
  return found;
}
