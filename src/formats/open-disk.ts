import type { ByteSource } from '../byte-source.ts';
import type { Reading } from '../readers/attempt.ts';
import type { DiskRow } from './row.ts';
import { FORMAT_ROWS, formatRow, type DiskFormat, type Rows } from './rows.ts';

/** What a format finds in a file with its signature. */
type Opened<Row> = Row extends { readonly disk: { open(source: ByteSource): infer Result } }
  ? Extract<Result, { readonly ok: true }> extends Reading<infer Container> ? Container : never : never;

/** A virtual disk: the bytes that the guest sees, and facts about its container. */
export type Disk = { readonly format: 'raw'; readonly content: ByteSource } | Opened<Rows[number]>;

/** A disk without its bytes. */
export type DiskContainer = Disk extends infer One ? (One extends Disk ? Omit<One, 'content'> : never) : never;

const DISK_ROWS: readonly DiskRow[] = FORMAT_ROWS.flatMap(({ disk }) => disk ?? []);
const OPENERS = [...DISK_ROWS.filter(({ signature }) => signature === 'start'), ...DISK_ROWS.filter(({ signature }) => signature === 'end')];

/**
 * Opens a disk of any format by its content, never by its name. A file in no known container is a raw disk; its
 * partition table shows whether it is one. Reading the content may later throw `BadBytes` for a wrong table deep
 * inside; `attempt` turns that into a `Reading`.
 */
export function openDisk(source: ByteSource): Reading<Disk> {
  for (const { open } of OPENERS) {
    const opened = open?.(source);
    if (opened !== undefined) return opened as Reading<Disk>;
  }
  return { ok: true, value: { format: 'raw', content: source } };
}

/** Whether the bytes of the guest are wrapped in a container, which the format's row opens. */
export const isInContainer = ({ format }: Disk): boolean => formatRow(format).disk?.open !== undefined;

/** QEMU's driver for copying parts of a disk. */
export function partDriver(disk: Disk): string {
  const row = formatRow(disk.format).disk;
  return row?.partDriver?.(disk) ?? row?.driver ?? 'raw';
}

/** The format of an archive that holds a disk, by the files in it; undefined for any other tar. */
export const archivedFormat = (holds: (file: string) => boolean): { readonly format: DiskFormat; readonly member: string } | undefined =>
  FORMAT_ROWS.flatMap(({ id, disk }) => (disk?.member !== undefined && holds(disk.member) ? [{ format: id as DiskFormat, member: disk.member }] : []))[0];

const hasEnding = (path: string, { endings }: DiskRow): boolean => endings.some((ending) => path.toLowerCase().endsWith(`.${ending}`));

/** Path of the script that belongs beside a disk of that name; undefined if its format has none. */
export function scriptBeside(path: string): string | undefined {
  const found = DISK_ROWS.find((row) => row.script !== undefined && hasEnding(path, row));
  return found?.script === undefined ? undefined : `${path.slice(0, path.lastIndexOf('.'))}.${found.script}`;
}

/** File name suffixes of disks: a file with a damaged container is judged as a disk too. */
export const isDiskName = (path: string): boolean =>
  DISK_ROWS.some((row) => hasEnding(path, row));
