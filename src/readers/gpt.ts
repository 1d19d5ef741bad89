import { crc32 } from 'node:zlib';

import { BadBytes } from './bytes.ts';
import type { ByteSource } from '../byte-source.ts';
import { readFields, type Fields } from './fields.ts';
import { LIMITS } from './limits.ts';
import { attempt, type Reading } from './attempt.ts';

type Bytes = Pick<ByteSource, 'size' | 'read'>;

/** A GUID partition table (UEFI 2.10, chapter 5.3). */
export interface Gpt {
  readonly sectorSize: 512 | 4096;
  readonly diskGuid: string;
  readonly firstUsable: number;
  readonly lastUsable: number;
  /** Bytes of the list of partitions, at each end of the disk. */
  readonly entriesSize: number;
  readonly partitions: readonly GptPartition[];
  /** The copy that the partitions were read from: the backup if the primary is damaged. */
  readonly readFrom: 'primary' | 'backup';
  /** Faults of the other parts of the table, as sentences; empty if there are none. */
  readonly problems: readonly string[];
}

export interface GptPartition {
  readonly number: number;
  readonly type: string;
  readonly uuid: string;
  readonly name: string;
  readonly attributes: bigint;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
}

/** Reads both copies of the table. Fails if neither is usable. */
export function readGpt(disk: Bytes): Reading<Gpt> {
  const sectorSize = ([512, 4096] as const).find((size) => hasSignature(disk, size)) ?? 512;
  const primary = attempt(() => readCopy(disk, sectorSize, 1));
  const lastSector = Math.floor(disk.size / sectorSize) - 1;
  const backup = attempt(() => readCopy(disk, sectorSize, primary.ok ? primary.value.other : lastSector));
  if (primary.ok) return { ok: true, value: toGpt(primary.value, 'primary', problemsOf(primary.value, backup, lastSector)) };
  if (backup.ok) return { ok: true, value: toGpt(backup.value, 'backup', [`the primary GPT: ${primary.reason}`]) };
  return primary;
}

const hasSignature = (disk: Bytes, sectorSize: number): boolean =>
  Buffer.from(disk.read(sectorSize, 8)).toString('latin1') === 'EFI PART';

interface Copy extends Omit<Gpt, 'readFrom' | 'problems'> {
  /** Sector of the other copy. */
  readonly other: number;
  readonly entriesCrc: number;
}

/** The specification requires room for 128 entries of 128 bytes; no tool makes more than this. */
const MAX_ENTRIES_BYTES = 1024 * 1024;

function readCopy(disk: Bytes, sectorSize: 512 | 4096, sector: number): Copy {
  const header = readFields(disk, 'the GPT header', sector * sectorSize, sectorSize);
  if (header.text(0, 8) !== 'EFI PART') throw new BadBytes('there is no `EFI PART` signature');
  const headerSize = header.u32(12);
  if (headerSize < 92 || headerSize > sectorSize) throw new BadBytes(`the GPT header claims ${headerSize} bytes`);
  if (headerCrc(header, headerSize) !== header.u32(16)) throw new BadBytes('the GPT header has a wrong CRC');
  if (header.u64(24) !== sector) throw new BadBytes(`the GPT header of sector ${sector} says it is at ${header.u64(24)}`);
  const [count, entrySize] = [header.u32(80), header.u32(84)];
  if (entrySize < 128 || entrySize % 128 !== 0 || count * entrySize > MAX_ENTRIES_BYTES) {
    throw new BadBytes(`the GPT claims ${count} entries of ${entrySize} bytes`);
  }
  const entries = readFields(disk, 'the GPT entries', header.u64(72) * sectorSize, count * entrySize);
  const entriesCrc = crc32(entries.bytes);
  if (entriesCrc !== header.u32(88)) throw new BadBytes('the GPT entries have a wrong CRC');
  const partitions = Array.from({ length: count }, (_, index) => index).flatMap((index) =>
    readEntry(entries, index * entrySize, index + 1, sectorSize));
  if (partitions.length > LIMITS.partitions) throw new BadBytes(`the GPT has ${partitions.length} partitions`);
  return {
    sectorSize,
    diskGuid: header.guid(56),
    firstUsable: header.u64(40) * sectorSize,
    lastUsable: header.u64(48) * sectorSize,
    entriesSize: count * entrySize,
    other: header.u64(32),
    entriesCrc,
    partitions,
  };
}

function headerCrc(header: Fields, size: number): number {
  const bytes = Uint8Array.from(header.slice(0, size));
  bytes.fill(0, 16, 20);
  return crc32(bytes);
}

const UNUSED = '00000000-0000-0000-0000-000000000000';

function readEntry(entries: Fields, at: number, number: number, sectorSize: number): readonly GptPartition[] {
  const type = entries.guid(at);
  if (type === UNUSED) return [];
  const [first, last] = [entries.u64(at + 32), entries.u64(at + 40)];
  if (last < first) throw new BadBytes(`GPT partition ${number} ends before it starts`);
  return [{
    number,
    type,
    uuid: entries.guid(at + 16),
    name: entries.wideText(at + 56, 72),
    attributes: entries.big(at + 48),
    start: first * sectorSize,
    size: (last - first + 1) * sectorSize,
  }];
}

const toGpt = (copy: Copy, readFrom: Gpt['readFrom'], problems: readonly string[]): Gpt => ({
  sectorSize: copy.sectorSize,
  diskGuid: copy.diskGuid,
  firstUsable: copy.firstUsable,
  lastUsable: copy.lastUsable,
  entriesSize: copy.entriesSize,
  partitions: copy.partitions,
  readFrom,
  problems,
});

function problemsOf(primary: Copy, backup: Reading<Copy>, lastSector: number): readonly string[] {
  if (!backup.ok) return [`the backup GPT: ${backup.reason}`];
  return [
    ...(backup.value.entriesCrc === primary.entriesCrc ? [] : ['the two copies of the GPT list different partitions']),
    ...(primary.other === lastSector ? [] : ['the backup GPT is not at the end of the disk']),
  ];
}
