import { z } from 'zod';

import type { Platform } from '../platforms/rows.ts';
import { gce } from './gce/row.ts';
import { oci } from './oci/row.ts';
import { qcow2 } from './qcow2/row.ts';
import { raw } from './raw/row.ts';
import type { FormatRow } from './row.ts';
import { tar } from './tar/row.ts';
import { vagrant } from './vagrant/row.ts';
import { vhd } from './vhd/row.ts';
import { vhdx } from './vhdx/row.ts';
import { vmdk } from './vmdk/row.ts';
import { wsl } from './wsl/row.ts';

/** Every output format, in the order in which they are listed. Adding one is a folder and a row here. */
const ROWS = [oci, tar, wsl, raw, qcow2, vhd, vhdx, vmdk, gce, vagrant] as const;

export type Rows = typeof ROWS;
type Row = Rows[number];
type DiskRowOf = Extract<Row, { kind: 'disk' }>;

export type OutputFormat = Row['id'];
export type DiskFormat = DiskRowOf['id'];

type SchemasOf<Some extends readonly Pick<FormatRow, 'schema'>[]> = { readonly [Index in keyof Some]: Some[Index]['schema'] };

/** One output of a definition: keys of one format are unknown to the others. */
export const outputSchema = z.discriminatedUnion('format', ROWS.map(({ schema }) => schema) as unknown as SchemasOf<Rows>);

export type Output = z.output<typeof outputSchema>;
export type OutputOf<Format extends OutputFormat> = Extract<Output, { format: Format }>;
/** An output that is a bootable disk. */
export type DiskOutput = OutputOf<DiskFormat>;
/** An output that is made of a packed root. */
export type RootOutput = Exclude<Output, DiskOutput>;

export const FORMAT_ROWS: readonly (FormatRow & { readonly id: OutputFormat })[] = ROWS;
export const OUTPUT_FORMATS: readonly OutputFormat[] = ROWS.map(({ id }) => id);
const DISK_ROWS = ROWS.filter((row): row is DiskRowOf => row.kind === 'disk');
export const DISK_FORMATS: readonly string[] = DISK_ROWS.map(({ id }) => id);
/** Formats of files that are a disk, as people write them. */
export const DISK_LABELS: readonly string[] = DISK_ROWS.filter(({ disk }) => !('member' in disk)).map(({ label }) => label);
/** Formats of disks that BIOS machines boot from an IDE bus, as people write them. */
export const IDE_LABELS: readonly string[] = DISK_ROWS.filter(({ disk }) => 'biosBus' in disk).map(({ label }) => label);
/** Formats of archives that hold a disk, as people write them. */
export const ARCHIVE_LABELS: readonly string[] = DISK_ROWS.filter(({ disk }) => 'member' in disk).map(({ label }) => label);
/** What artifacts `hew` opens, for help texts. */
export const ARTIFACT_KINDS = `disk (${DISK_LABELS.join(', ')}), archive with one (${ARCHIVE_LABELS.join(', ')}), ${ROWS.filter(({ kind }) => kind !== 'disk').map(({ label }) => label).join(', ')} or root folder`;

/** The row of a format. */
export function formatRow(format: OutputFormat): FormatRow {
  const row = FORMAT_ROWS.find(({ id }) => id === format);
  if (row === undefined) throw new TypeError(`there is no format ${format}`);
  return row;
}

/** The row of the format of an artifact, which may be a script beside a disk. Undefined for an artifact of no format. */
export const rowOfArtifact = (format: string): FormatRow | undefined =>
  FORMAT_ROWS.find(({ id, artifacts = [id] }) => artifacts.includes(format));

/** The platforms whose rules an output must meet: those that the definition names, otherwise those of its format. */
export const platformsOf = (output: Pick<Output, 'format' | 'verify'>): readonly Platform[] => output.verify ?? formatRow(output.format).platforms;

/** The keys of an output that name a file beside the definition, with their values. */
export const inputKeys = (output: Output): readonly { readonly key: string; readonly file: string }[] =>
  (formatRow(output.format).inputs ?? []).flatMap((key) => {
    const file: unknown = Object.entries(output).find(([name]) => name === key)?.[1];
    return typeof file === 'string' ? [{ key, file }] : [];
  });

/** The file whose digest identifies an artifact that is a folder; undefined for one that is a file. */
export const indexOf = (format: string): string | undefined => FORMAT_ROWS.find(({ id }) => id === format)?.index;

/** The disk size must be a multiple of this many bytes, according to the outputs; undefined if none demands it. */
export const sizeUnitOf = (outputs: readonly Pick<Output, 'format'>[]): number | undefined => {
  const units = outputs.flatMap(({ format }) => formatRow(format).disk?.sizeUnit ?? []);
  return units.length === 0 ? undefined : Math.max(...units);
};

/** Whether an output is a bootable disk. */
export const isDiskOutput = (output: Output): output is DiskOutput => formatRow(output.format).kind === 'disk';
