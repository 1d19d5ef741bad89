import type { DiskLayout, PlacedPartition } from './plan-layout.ts';
import { mbrType } from './partition-types.ts';

const SECTOR = 512;

/** Arguments of sfdisk(8), which reads the script from standard input. */
export const sfdiskArguments = (file: string): string[] => [
  '--quiet', '--no-reread', '--no-tell-kernel', '--wipe=never', '--wipe-partitions=never', file,
];

/** The partition table as an sfdisk script: every identifier is given, so that none is made up. */
export function sfdiskScript(layout: DiskLayout): string {
  const header = layout.label === 'gpt'
    ? ['label: gpt', `label-id: ${layout.id}`, 'table-length: 128']
    : ['label: dos', `label-id: 0x${layout.id}`];
  const line = layout.label === 'gpt' ? gptLine : mbrLine;
  return [...header, 'unit: sectors', `sector-size: ${SECTOR}`, '', ...layout.partitions.map(line), ''].join('\n');
}

/** `GrowFileSystem` of the Discoverable Partitions Specification: bit 59. */
const GROWS = 'GUID:59';

const gptLine = (partition: PlacedPartition): string =>
  [
    ...place(partition),
    `type=${partition.type}`,
    `uuid=${partition.partitionUuid}`,
    `name="${partition.name}"`,
    ...(partition.grows ? [`attrs="${GROWS}"`] : []),
  ].join(', ');

/** On a disk without ESP some BIOSes start only a partition that is marked. */
const mbrLine = (partition: PlacedPartition): string =>
  [...place(partition), `type=${mbrType(partition.type).toString(16)}`, ...(partition.role === 'root' ? ['bootable'] : [])].join(', ');

const place = ({ start, size }: PlacedPartition): string[] => [`start=${start / SECTOR}`, `size=${size / SECTOR}`];
