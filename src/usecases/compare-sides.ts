import { diffSides, type SidesDiff } from '../diff/diff-sides.ts';
import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { readSide, type SideRequest } from '../artifact/read-side.ts';

/**
 * Compares two locks, roots or artifacts, also of different kinds, in what both know. Throws `HewError` if one cannot
 * be read, or if they have no target in common.
 */
export async function compareSides(host: Host, from: SideRequest, to: SideRequest): Promise<SidesDiff> {
  const [a, b] = [await readSide(host, from, false), await readSide(host, to, false)];
  const diff = diffSides(a, b);
  if (diff.images.length === 0) {
    const targets = [a, b].map(({ name, images }) => `${name} is for ${images.map(({ target }) => target ?? 'an unknown level').join(' and ')}`);
    throw new HewError({
      code: 'diff-no-target',
      message: `nothing can be compared: ${targets.join(', ')}`,
      hint: 'compare with the lock of the same level: `hew lock IMAGE --level LEVEL` writes one',
    });
  }
  return diff;
}
