import { mebibytesOf, type MadePartition } from '../pre/table.ts';
import { formatMebibytes } from '../syntax/sizes.ts';
import type { PreDisk } from '../verdict/pre-scripts.ts';
import type { Draft } from './draft.ts';
import { PARTITIONS, RAW } from './storage.ts';

/** Adds what scripts make and no `part` line takes, and lets the partitions lie in the order that they have on that disk. */
export const addMadePartitions = (draft: Draft, { label, partitions }: PreDisk): void => {
  const [first] = partitions.values();
  if (first === undefined) return;
  if (label === 'mbr') draft.set(['disk', 'label'], label, first.place);
  draft.atEnd('made-partitions', () => {
    for (const [device, partition] of partitions) {
      if (draft.taken.has(device)) continue;
      draft.merge(PARTITIONS, device, fieldsOf(partition), partition.place);
      draft.taken.set(device, device);
    }
    const starts = new Map([...draft.taken].map(([device, name]) => [name, partitions.get(device)?.start]));
    draft.sort(PARTITIONS, (name) => starts.get(name));
  });
};

const TYPES: Readonly<Record<string, string>> = { ...Object.fromEntries(RAW), esp: 'esp', swap: 'swap' };

const fieldsOf = (partition: MadePartition): Readonly<Record<string, unknown>> => {
  const size = mebibytesOf(partition);
  return {
    mount: 'none',
    filesystem: 'none',
    size: size === undefined ? 'rest' : formatMebibytes(size),
    type: partition.kind === undefined ? 'linux-generic' : TYPES[partition.kind],
  };
};
