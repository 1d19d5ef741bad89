import { bytesOf } from '../../definition/index.ts';
import type { HewError } from '../../errors.ts';
import { NOTHING, type Content } from './content.ts';
import type { IdentifiedDisk, IdentifiedPartition } from './identify.ts';
import { comfortableSpace, neededSpace } from './needed-space.ts';
import { diskTooSmall, partitionTooSmall, type NamedSize } from './too-small.ts';

const MIB = 2 ** 20;

/** Everything begins and ends on this: what SSDs, Azure and Hyper-V want, and room for both tables at the ends. */
export const ALIGNMENT = MIB;

/** A disk whose every byte has its place. Sizes and offsets are bytes, multiples of 1 MiB. */
export interface DiskLayout extends Omit<IdentifiedDisk, 'partitions'> {
  readonly size: number;
  readonly partitions: readonly PlacedPartition[];
}

export interface PlacedPartition extends IdentifiedPartition {
  readonly start: number;
  readonly size: number;
}

export interface LayoutRequest {
  readonly disk: IdentifiedDisk;
  /** `minimal`, or a size such as `5GiB`. */
  readonly size: string;
  /** Bytes of which a `minimal` disk gets a whole number; 1 MiB where it is not said. */
  readonly unit?: number | undefined;
  /** By mount point. */
  readonly content: ReadonlyMap<string, Content>;
  /** Largest first: what an error names when it does not fit. */
  readonly packages: readonly NamedSize[];
}

/**
 * Gives every partition its place: those with a size get it, `minimal` ones what their content needs with some room,
 * `rest` what is left. Throws `HewError` when a content does not fit into its partition or the partitions do not fit
 * on the disk, with how much is missing.
 */
export function planLayout({ disk, size, unit = ALIGNMENT, content, packages }: LayoutRequest): DiskLayout {
  const needs = disk.partitions.map((partition) => ({
    partition, wish: wishOf(partition, disk, size), content: content.get(partition.mount) ?? NOTHING,
  }));
  const fixed = needs.map((need) => (need.wish === 'rest' ? 0 : fixedSize(need)));
  const rest = needs.find(({ wish }) => wish === 'rest');
  const taken = fixed.reduce((sum, one) => sum + one, 2 * ALIGNMENT);
  const least = rest === undefined ? 0 : neededSpace(rest.partition.filesystem, rest.content);
  const total = size === 'minimal'
    ? alignUp(taken + (rest === undefined ? 0 : comfortableSpace(rest.partition.filesystem, rest.content)), unit)
    : alignDown(bytesOf(size));
  if (taken + least > total) throw diskTooSmall(size, taken + least - total, packages);
  let start = ALIGNMENT;
  const partitions = needs.map((need, index) => {
    const placed = { ...need.partition, start, size: need.wish === 'rest' ? total - taken : (fixed[index] ?? 0) };
    checkFit(placed, need.content, packages);
    start += placed.size;
    return placed;
  });
  return { label: disk.label, id: disk.id, size: total, partitions };
}

const alignUp = (bytes: number, unit: number): number => Math.ceil(bytes / unit) * unit;

const alignDown = (bytes: number): number => Math.floor(bytes / ALIGNMENT) * ALIGNMENT;

/** The root takes what is left of a disk of given size, where nothing else does. */
function wishOf({ role, settings }: IdentifiedPartition, disk: IdentifiedDisk, size: string): string {
  if (settings.size !== undefined) return settings.size;
  const restIsFree = disk.partitions.every((partition) => partition.settings.size !== 'rest');
  return role === 'root' && size !== 'minimal' && restIsFree ? 'rest' : 'minimal';
}

/** Whether the size of a partition is given and neither follows from its content nor from what others leave. */
export const hasSizeOfItsOwn = ({ settings: { size } }: IdentifiedPartition): boolean => size !== undefined && size !== 'minimal' && size !== 'rest';

interface Need {
  readonly partition: IdentifiedPartition;
  readonly wish: string;
  readonly content: Content;
}

/** An ESP holds two kernels during an update, /boot several. */
const LEAST: Readonly<Record<string, number>> = { 'esp': 200 * MIB, '/boot': 512 * MIB, 'swap': 512 * MIB };

function fixedSize({ partition, wish, content }: Need): number {
  if (wish !== 'minimal') return Math.ceil(bytesOf(wish) / ALIGNMENT) * ALIGNMENT;
  const needed = comfortableSpace(partition.filesystem, content);
  if (partition.settings.size === 'minimal') return Math.max(needed, ALIGNMENT);
  return Math.max(needed, LEAST[partition.role] ?? LEAST[partition.mount] ?? ALIGNMENT);
}

/** Throws `HewError` where a content does not fit into its partition. */
export function checkFit(partition: PlacedPartition, content: Content, packages: readonly NamedSize[]): void {
  const missing: number = neededSpace(partition.filesystem, content) - partition.size;
  if (missing <= 0) return;
  const error: HewError = partitionTooSmall(partition, missing, partition.role === 'root' ? packages : []);
  throw error;
}
