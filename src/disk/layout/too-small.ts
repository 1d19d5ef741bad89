import { HewError } from '../../errors.ts';
import type { IdentifiedPartition } from './identify.ts';

/** `size` is in bytes. */
type Sized<Key extends keyof IdentifiedPartition> = Pick<IdentifiedPartition, Key> & { readonly size: number };

/** A package, or anything else with a name that takes bytes. */
export interface NamedSize {
  readonly name: string;
  readonly size: number;
}

/** The whole does not fit: by how much, and what takes most. */
export const diskTooSmall = (size: string, missing: number, packages: readonly NamedSize[]): HewError =>
  new HewError({
    code: 'disk-too-small',
    message: `the content needs ${mib(missing)} more than a disk of ${size} has${largest(packages)}`,
    hint: 'raise [disk] size, or install less',
  });

/** One partition's content does not fit into it. */
export const partitionTooSmall = (
  { mount, size }: Sized<'mount'>,
  missing: number,
  packages: readonly NamedSize[],
): HewError =>
  new HewError({
    code: 'partition-too-small',
    message: `the content of ${mount} needs ${mib(missing)} more than its ${mib(size)}${largest(packages)}`,
    hint: `raise the \`size\` of the partition for ${mount}, or let it be \`rest\``,
  });

/** mkfs found no room, which the estimate had promised: by how much it does not say. */
export const filesystemFull = (
  { mount, size, filesystem }: Sized<'mount' | 'filesystem'>,
  packages: readonly NamedSize[],
  cause: unknown,
): HewError =>
  new HewError(
    {
      code: 'partition-too-small',
      message: `the content of ${mount} does not fit into ${mib(size)} of ${filesystem}${largest(packages)}`,
      hint: `raise the \`size\` of the partition for ${mount}`,
    },
    { cause },
  );

const SHOWN = 5;

function largest(packages: readonly NamedSize[]): string {
  const top = [...packages].sort((a, b) => b.size - a.size).slice(0, SHOWN);
  return top.length === 0 ? '' : `; the largest packages are ${top.map(({ name, size }) => `${name} (${mib(size)})`).join(', ')}`;
}

const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
