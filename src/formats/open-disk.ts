import type { ByteSource } from '../byte-source.ts';
import type { Reading } from '../readers/attempt.ts';
import type { DiskRow } from './row.ts';
import { FORMAT_ROWS, formatRow, type DiskFormat, type Rows } from './rows.ts';

/** What a format finds in a file with its signature. */
type Opened<Row> = Row extends { readonly disk: { open(source: ByteSource): infer Result } }
  ? Extract<Result, { readonly ok: true }> extends Reading<infer Container> ? Container : never : never;

/** A virtual disk: what the guest sees as bytes, and what its container says of itself. */
export type Disk = { readonly format: 'raw'; readonly content: ByteSource } | Opened<Rows[number]>;

/** A disk without its bytes. */
export type DiskContainer = Disk extends infer One ? (One extends Disk ? Omit<One, 'content'> : never) : never;

const DISK_ROWS = FORMAT_ROWS.flatMap(({ disk }) => disk ?? []);
const OPENERS = [...DISK_ROWS.filter(({ signature }) => signature === 'start'), ...DISK_ROWS.filter(({ signature }) => signature === 'end')];

/**
 * Opens a disk of any format by what is in it, never by its name. A file that is none of the known containers is a raw
 * disk: whether it is one shows in its partition table. Reading the content may throw `BadBytes` later, where a table
 * deep inside is wrong; `attempt` turns it into a `Reading`.
 */
export function openDisk(source: ByteSource): Reading<Disk> {
  for (const { open } of OPENERS) {
    const opened = open?.(source);
    if (opened !== undefined) return opened as Reading<Disk>;
  }
  return { ok: true, value: { format: 'raw', content: source } };
}

/** QEMU's driver by which parts of a disk are copied. */
export function partDriver(disk: Disk): NonNullable<DiskRow['driver']> {
  const row = formatRow(disk.format).disk;
  return row?.partDriver?.(disk) ?? row?.driver ?? 'raw';
}

/** The format of an archive that holds a disk, by the files in it; undefined for any other tar. */
export const archivedFormat = (holds: (file: string) => boolean): { readonly format: DiskFormat; readonly member: string } | undefined =>
  FORMAT_ROWS.flatMap(({ id, disk }) => (disk?.member !== undefined && holds(disk.member) ? [{ format: id as DiskFormat, member: disk.member }] : []))[0];

/** Names by which people call disks: a file with a damaged container is judged as a disk too. */
export const isDiskName = (path: string): boolean =>
  DISK_ROWS.some(({ endings }) => endings.some((ending) => path.toLowerCase().endsWith(`.${ending}`)));
