import type { ByteSource } from '../byte-source.ts';
import { probeFilesystem, type FilesystemFacts } from './filesystem/probe.ts';
import { partOf } from './image/pieces.ts';
import type { Reading } from './attempt.ts';
import { readGpt, type Gpt } from './gpt.ts';
import { readMbr, type Mbr } from './mbr.ts';
import { findUnpartitioned, isBlank } from './unpartitioned.ts';

/** A disk's partition table, with the content of each partition. */
export interface PartitionTable {
  readonly label: 'gpt' | 'mbr';
  readonly gpt: Gpt | undefined;
  readonly mbr: Mbr | undefined;
  readonly partitions: readonly DiskPartition[];
  /** Damage, and content outside the partitions, that did not prevent reading the table. */
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
  /** Undefined if hew does not know its content. */
  readonly filesystem: FilesystemFacts | undefined;
  /** Content of a partition without a file system. */
  readonly other: 'nothing' | OtherContent | undefined;
}

export type OtherContent = 'LUKS' | 'LVM' | 'something unknown';

/** A partition without a file system is empty if this many bytes at its start are zeros. */
const HEAD = 2 ** 20;

/** Reads the partitions of an opened disk. Fails if there is neither a GPT nor an MBR. */
export function readPartitions(disk: ByteSource): Reading<PartitionTable> {
  const [mbr, gpt] = [readMbr(disk), readGpt(disk)];
  if (gpt.ok && (!mbr.ok || mbr.value.protective)) {
    const unguarded = mbr.ok ? [] : [`the protective MBR: ${mbr.reason}`];
    const partitions = gpt.value.partitions.map(({ number, type, uuid, name, start, size }) =>
      describe(disk, { number, type, uuid, name, start, size }));
    const { sectorSize, entriesSize, problems } = gpt.value;
    const beside = findUnpartitioned(disk, partitions, 2 * sectorSize + entriesSize, disk.size - sectorSize - entriesSize);
    return table({ label: 'gpt', gpt: gpt.value, mbr: valueOf(mbr), partitions, problems: [...problems, ...unguarded, ...beside] });
  }
  if (!mbr.ok) return mbr;
  if (mbr.value.protective && !gpt.ok) return gpt;
  const partitions = mbr.value.partitions.map(({ number, type, start, size }) =>
    describe(disk, { number, type: `0x${type.toString(16).padStart(2, '0')}`, uuid: undefined, name: '', start, size }));
  return table({ label: 'mbr', gpt: undefined, mbr: mbr.value, partitions, problems: besideMbr(disk, mbr.value, partitions) });
}

/** GRUB is before the first partition, and each logical partition has a table before it. */
function besideMbr(disk: ByteSource, { bootCode }: Mbr, partitions: readonly DiskPartition[]): readonly string[] {
  if (partitions.some(({ number }) => number > 4)) return [];
  const first = Math.min(disk.size, ...partitions.map(({ start }) => start));
  return findUnpartitioned(disk, partitions, bootCode ? first : 512, disk.size);
}

const table = (value: PartitionTable): Reading<PartitionTable> => ({ ok: true, value });
const valueOf = <T>(reading: Reading<T>): T | undefined => (reading.ok ? reading.value : undefined);

function describe(disk: ByteSource, entry: Omit<DiskPartition, 'content' | 'filesystem' | 'other'>): DiskPartition {
  const content = partOf(disk, entry.start, entry.size);
  const filesystem = probeFilesystem(content);
  return { ...entry, content, filesystem, other: filesystem === undefined ? otherContent(content) : undefined };
}

/** Both put a label into one of the first four sectors: https://gitlab.com/cryptsetup/LUKS2-docs, lvm(8). */
function otherContent(content: ByteSource): DiskPartition['other'] {
  if (isBlank(content, 0, Math.min(content.size, HEAD))) return 'nothing';
  const head = Buffer.from(content.read(0, 2048)).toString('latin1');
  return head.startsWith('LUKS\u00ba\u00be') ? 'LUKS' : head.includes('LABELONE') ? 'LVM' : 'something unknown';
}
