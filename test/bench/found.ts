import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

import { formatBytes } from '../../src/cli/format.ts';

/** What an image really holds, whoever made it. */
export interface Found {
  /** Names, each once. */
  readonly packages: ReadonlySet<string>;
  /** `raw gpt: vfat, ext4; 5.00 GiB`. */
  readonly is: string;
}

interface Inspected {
  readonly format: string;
  readonly packages: readonly { readonly name: string }[];
  readonly disk?: {
    readonly table?: string;
    readonly partitions: readonly { readonly holdsRoot: boolean; readonly filesystem?: { readonly type: string } }[];
  };
  readonly layers?: readonly unknown[];
}

/**
 * Opens an image with `hew inspect` and throws where it is none: a disk needs a partition table and a root file system
 * with packages in it, a container a layer with them.
 */
export function inspectResult(hew: readonly string[], path: string): Found {
  const [program = '', ...args] = hew;
  const printed = execFileSync(program, [...args, 'inspect', path, '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const [image] = JSON.parse(printed) as readonly Inspected[];
  if (image === undefined) throw new Error(`${path} is no image`);
  const packages = new Set(image.packages.map(({ name }) => name));
  if (packages.size === 0) throw new Error(`${path} holds no packages`);
  if (image.disk === undefined) {
    if (image.layers === undefined) throw new Error(`${path} is neither a disk nor a container`);
    return { packages, is: `${image.format}, ${image.layers.length} layer(s)` };
  }
  const { table, partitions } = image.disk;
  if (table === undefined || !partitions.some(({ holdsRoot }) => holdsRoot)) throw new Error(`${path} has no partition with a root`);
  const types = partitions.map(({ filesystem }) => filesystem?.type ?? 'none').join(', ');
  return { packages, is: `${image.format}, ${table} of ${types}, ${formatBytes(statSync(path).blocks * 512)} on disk` };
}

/** Packages of the one that the other lacks. */
export const missingIn = (one: Found, other: Found): readonly string[] => [...one.packages].filter((name) => !other.packages.has(name));
