import { diffImages, type ImageDiff } from './diff-images.ts';
import type { ComparedImage } from './facts.ts';

/** All images of one thing that is compared: the targets of a lock, the platforms of an OCI index, one disk. */
export interface Side {
  readonly name: string;
  readonly images: readonly ComparedImage[];
}

/** How two things differ: the value that `hew diff --json` prints. */
export interface SidesDiff {
  readonly from: string;
  readonly to: string;
  readonly same: boolean;
  readonly images: readonly TargetDiff[];
}

/** One image of two things; `only`: the other does not hold it, and its side counts as empty. */
export interface TargetDiff {
  readonly target?: string;
  readonly only?: 'from' | 'to';
  readonly diff: ImageDiff;
}

/**
 * Compares two things image by image. Two single images are compared whatever they are for, others by target. A target
 * that only a lock holds is no difference from an artifact, which need not hold every one.
 */
export function diffSides(a: Side, b: Side): SidesDiff {
  const [one, other] = [a.images[0], b.images[0]];
  const single = a.images.length === 1 && b.images.length === 1 && one !== undefined && other !== undefined;
  const images = single ? [withTarget(one, { diff: diffImages(one, other) })] : diffTargets(a, b);
  return { from: a.name, to: b.name, same: images.every(({ diff, only }) => diff.same && only === undefined), images };
}

function diffTargets(a: Side, b: Side): readonly TargetDiff[] {
  const [left, right] = [byTarget(a), byTarget(b)];
  const mixed = a.images[0]?.measure !== b.images[0]?.measure;
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((target): readonly TargetDiff[] => {
    const [from, to] = [left.get(target), right.get(target)];
    if (from !== undefined && to !== undefined) return [withTarget(from, { diff: diffImages(from, to) })];
    if (mixed) return [];
    if (from !== undefined) return [withTarget(from, { only: 'from', diff: diffImages(from, emptied(from, b.name)) })];
    return to === undefined ? [] : [withTarget(to, { only: 'to', diff: diffImages(emptied(to, a.name), to) })];
  });
}

const withTarget = ({ target }: ComparedImage, row: TargetDiff): TargetDiff => (target === undefined ? row : { target, ...row });

/** Images that say no target, of which a foreign index may hold several, pair by their order. */
const byTarget = ({ images }: Side): ReadonlyMap<string, ComparedImage> =>
  new Map(images.map((image, index) => [image.target ?? `image ${index + 1}`, image]));

/** The same image with no package in it: its files say no more than that it is missing. */
const emptied = ({ target, measure }: ComparedImage, name: string): ComparedImage => ({
  name, knows: ['packages'], packages: [], measure, configuration: {}, ...(target === undefined ? {} : { target }),
});
