import type { ByteSource } from '../../host/port.ts';
import { attempt, type Reading } from '../attempt.ts';
import { isQcow2, readQcow2, type Qcow2Header } from './qcow2.ts';
import { openQcow2 } from './qcow2-disk.ts';
import { readVhdFooter, type VhdFooter } from './vhd.ts';
import { openVhd } from './vhd-disk.ts';
import { isVhdx, readVhdx, type VhdxFacts } from './vhdx.ts';
import { openVhdx } from './vhdx-disk.ts';

/** A virtual disk: what the guest sees as bytes, and what its container says of itself. */
export type Disk = { readonly content: ByteSource } & DiskContainer;

export type DiskContainer =
  | { readonly format: 'raw' }
  | { readonly format: 'vhd'; readonly footer: VhdFooter }
  | { readonly format: 'vhdx'; readonly facts: VhdxFacts }
  | { readonly format: 'qcow2'; readonly header: Qcow2Header };

/**
 * Opens a disk of any format by what is in it, never by its name. A file that is none of the known containers is a raw
 * disk: whether it is one shows in its partition table. Reading the content may throw `BadBytes` later, where a table
 * deep inside is wrong; `attempt` turns it into a `Reading`.
 */
export function openDisk(source: ByteSource): Reading<Disk> {
  if (isVhdx(source)) {
    return then(readVhdx(source), (facts) => ({ format: 'vhdx', facts, content: openVhdx(source, facts) }));
  }
  if (isQcow2(source)) {
    return then(readQcow2(source), (header) => ({ format: 'qcow2', header, content: openQcow2(source, header) }));
  }
  const footer = readVhdFooter(source);
  if (!footer.ok) return { ok: true, value: { format: 'raw', content: source } };
  return then(footer, (value) => ({ format: 'vhd', footer: value, content: openVhd(source, value) }));
}

const then = <T>(reading: Reading<T>, open: (value: T) => Disk): Reading<Disk> =>
  reading.ok ? attempt(() => open(reading.value)) : reading;
