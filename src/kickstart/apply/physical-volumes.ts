import { mebibytesOf } from '../pre/table.ts';
import type { Arguments } from '../syntax/arguments.ts';
import type { Applying } from './command.ts';

export const EITHER_OR = ['part and autopart exclude each other, for Anaconda as well', 'keep one of them'] as const;

/** The device that a line takes a partition of, such as `sda3`. */
export const deviceOf = (args: Arguments): string | undefined => args.text('--onpart')?.replace(/^\/dev\//, '');

/** Notes a physical volume and its size; it is no partition of the image. */
export const addPhysicalVolume = (applying: Applying, name: string): void => {
  const { args, draft, note, refuse } = applying;
  if (!applying.options.plainPartitions) {
    return refuse(
      `${name} is a member of RAID or LVM, and hew makes plain partitions`,
      'write part MOUNTPOINT, or have the volumes of LVM made partitions: --plain-partitions',
    );
  }
  if (draft.seen.has('autopart')) return refuse(...EITHER_OR);
  draft.seen.add('part');
  const device = deviceOf(args);
  const made = device === undefined ? undefined : draft.existing.get(device);
  if (device !== undefined) draft.taken.set(device, name);
  const size = made === undefined ? args.integer('--size') : mebibytesOf(made);
  draft.physicalVolumes.set(name, args.has('--grow') ? undefined : size);
  note('no partition is made for it: its volumes are partitions');
};
