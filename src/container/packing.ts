import type { Compression } from '../compressors.ts';
import { formatRow, type RootOutput } from '../formats/rows.ts';
import type { PackedLayer } from './layer.ts';

/** A way to pack a root. */
export interface Packing {
  readonly compression: Compression;
  readonly level: number | undefined;
  /** Whether what several targets have in common goes into a layer of its own. */
  readonly shared: boolean;
}

export interface LayerFile {
  readonly layer: PackedLayer;
  /** Absolute path. */
  readonly file: string;
}

/** The layers that make up a root, lowest first, packed in one way. */
export interface LayerStack {
  readonly way: Packing;
  readonly layers: readonly LayerFile[];
}

/** The way in which an output packs each of so many targets. */
export const packingOf = (output: RootOutput, targets: number): Packing => ({
  compression: output.compression,
  level: output['compression-level'],
  shared: formatRow(output.format).sharesLayers === true && targets > 1,
});

export const isSamePacking = (a: Packing, b: Packing): boolean =>
  a.compression === b.compression && a.level === b.level && a.shared === b.shared;

/** The layers of a target that were packed in that way. Throws `TypeError` if nothing was packed in that way. */
export function layersFor({ stacks }: { readonly stacks: readonly LayerStack[] }, way: Packing): readonly LayerFile[] {
  const found = stacks.find((stack) => isSamePacking(stack.way, way));
  if (found === undefined) throw new TypeError(`nothing was packed with ${way.compression}`);
  return found.layers;
}
