import type { Place } from '../../errors.ts';

export const MEBIBYTE = 1024 * 1024;

/** A partition that a script makes. Bytes from the start of the disk; `end` is the end of a disk of any size. */
export interface MadePartition {
  readonly number: number;
  readonly start: number;
  readonly end: number | 'end';
  /** What its flags or its type make of it, where hew knows a type of its own for that. */
  readonly kind?: 'biosboot' | 'prepboot' | 'esp' | 'swap';
  readonly place: Place;
}

export interface DiskTable {
  label?: 'gpt' | 'mbr';
  readonly partitions: Map<number, MadePartition>;
}

/** Tables by the path of the disk, as far as the lines before have made them. */
export type Disks = Map<string, DiskTable>;

/** What a line does, in words for whoever reads the verdict on it; or why hew cannot tell. */
export type Outcome = { readonly says: string } | { readonly problem: string };

export const diskTableOf = (disks: Disks, disk: string): DiskTable => {
  const table = disks.get(disk) ?? { partitions: new Map<number, MadePartition>() };
  disks.set(disk, table);
  return table;
};

/** A new table takes the place of whatever was there. */
export const clearTable = (disks: Disks, disk: string, label?: 'gpt' | 'mbr'): void => {
  disks.set(disk, { ...(label === undefined ? {} : { label }), partitions: new Map() });
};

/** Adds a partition, unless it lies where another is. */
export const addPartition = (table: DiskTable, partition: MadePartition): Outcome => {
  const { number, start, end } = partition;
  if (table.partitions.has(number)) return { problem: `partition ${number} is there already` };
  if (end !== 'end' && end <= start) return { problem: `partition ${number} ends before it starts` };
  const other = [...table.partitions.values()].find((one) => isBefore(one.start, end) && isBefore(start, one.end));
  if (other !== undefined) return { problem: `partition ${number} lies where partition ${other.number} is` };
  table.partitions.set(number, partition);
  return { says: `makes partition ${number}: ${describeSize(partition)}` };
};

const isBefore = (a: number, b: number | 'end'): boolean => b === 'end' || a < b;

/** MiB, rounded up; undefined where it takes the rest of the disk. */
export const mebibytesOf = ({ start, end }: MadePartition): number | undefined =>
  end === 'end' ? undefined : Math.ceil((end - start) / MEBIBYTE);

const describeSize = (partition: MadePartition): string => {
  const size = mebibytesOf(partition);
  return size === undefined ? 'the rest of the disk' : `${size} MiB`;
};

/** Where the last partition ends, and the first may start. */
export const nextStart = ({ partitions }: DiskTable): number | undefined => {
  const ends = [...partitions.values()].map(({ end }) => end);
  return ends.includes('end') ? undefined : Math.max(MEBIBYTE, ...ends.map(Number));
};

export const nextNumber = ({ partitions }: DiskTable): number => {
  let number = 1;
  while (partitions.has(number)) number += 1;
  return number;
};

/** Up to the next MiB, where partitions start. */
export const align = (bytes: number): number => Math.ceil(bytes / MEBIBYTE) * MEBIBYTE;

/** `/dev/sda` and 3 are `sda3`; `/dev/nvme0n1` and 3 are `nvme0n1p3`, as the kernel names them. */
export const deviceName = (disk: string, number: number): string =>
  `${disk.replace(/^\/dev\//, '')}${/\d$/.test(disk) ? 'p' : ''}${number}`;

const UNITS: Readonly<Record<string, number>> = { '': 512, K: 1024, M: MEBIBYTE, G: 1024 * MEBIBYTE, T: 1024 * 1024 * MEBIBYTE };

/** A number of sectors, or of KiB, MiB, GiB, TiB with their letter, as sgdisk and sfdisk take it. */
export const readBytes = (text: string): number | undefined => {
  const [, digits, unit = ''] = /^(\d+)(?:([KMGT])(?:i?B)?)?$/i.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
};
