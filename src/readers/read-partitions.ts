import type { ByteSource } from '../host/port.ts';
import { probeFilesystem, type FilesystemFacts } from './filesystem/probe.ts';
import { partOf } from './image/pieces.ts';
import type { Reading } from './attempt.ts';
import { readGpt, type Gpt } from './gpt.ts';
import { readMbr, type Mbr } from './mbr.ts';

/** A disk's partition table with what each partition holds. */
export interface PartitionTable {
  readonly label: 'gpt' | 'mbr';
  readonly gpt: Gpt | undefined;
  readonly mbr: Mbr | undefined;
  readonly partitions: readonly DiskPartition[];
  /** What is damaged and yet did not keep the table from being read. */
  readonly problems: readonly string[];
}

export interface DiskPartition {
  readonly number: number;
  /** A GPT type as a UUID in lower case, or an MBR type as `0x83`. */
  readonly type: string;
  /** Of a GPT partition. */
  readonly uuid: string | undefined;
  readonly name: string;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
  readonly content: ByteSource;
  /** Undefined where hew does not know what is in it. */
  readonly filesystem: FilesystemFacts | undefined;
}

/** Reads the partitions of an opened disk. Fails where there is neither a GPT nor an MBR. */
export function readPartitions(disk: ByteSource): Reading<PartitionTable> {
  const [mbr, gpt] = [readMbr(disk), readGpt(disk)];
  if (gpt.ok && (!mbr.ok || mbr.value.protective)) {
    const unguarded = mbr.ok ? [] : [`the protective MBR: ${mbr.reason}`];
    const partitions = gpt.value.partitions.map(({ number, type, uuid, name, start, size }) =>
      describe(disk, { number, type, uuid, name, start, size }));
    return table({ label: 'gpt', gpt: gpt.value, mbr: valueOf(mbr), partitions, problems: [...gpt.value.problems, ...unguarded] });
  }
  if (!mbr.ok) return mbr;
  if (mbr.value.protective && !gpt.ok) return gpt;
  const partitions = mbr.value.partitions.map(({ number, type, start, size }) =>
    describe(disk, { number, type: `0x${type.toString(16).padStart(2, '0')}`, uuid: undefined, name: '', start, size }));
  return table({ label: 'mbr', gpt: undefined, mbr: mbr.value, partitions, problems: [] });
}

const table = (value: PartitionTable): Reading<PartitionTable> => ({ ok: true, value });
const valueOf = <T>(reading: Reading<T>): T | undefined => (reading.ok ? reading.value : undefined);

function describe(disk: ByteSource, entry: Omit<DiskPartition, 'content' | 'filesystem'>): DiskPartition {
  const content = partOf(disk, entry.start, entry.size);
  return { ...entry, content, filesystem: probeFilesystem(content) };
}
