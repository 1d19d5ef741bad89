import type { Problem } from '../errors.ts';
import type { Layer } from './layers.ts';
import { mergeTable } from './merge.ts';
import { overridesOf, removeOverridden, unusedOverrides, type PlacedOverride } from './overrides.ts';
import { emptyTable, type Table } from './tree.ts';
import type { Deviation } from './types.ts';

export interface Assembled {
  readonly tree: Table;
  readonly deviations: readonly Deviation[];
  readonly problems: readonly Problem[];
  /** Problems that a file which could not be read may have caused: left out while there are others. */
  readonly doubtful: readonly Problem[];
}

/** Keys about the file itself, which are not inherited. */
const OWN_KEYS: readonly string[] = ['$schema', 'name', 'summary', 'description', 'extends', 'kickstart', 'kickstart-includes', 'kickstart-network', 'kickstart-plain-partitions'];

/** Merges the files in order into one tree. The last one is the entry. */
export const assembleLayers = (layers: readonly Layer[]): Assembled => {
  const problems: Problem[] = [];
  const doubtful: Problem[] = [];
  const deviations: Deviation[] = [];
  const found = (deviation: Deviation): void => { deviations.push(deviation); };
  const report = (problem: Problem): void => { problems.push(problem); };
  const overrides = new Map(layers.map((layer) => [layer.file, overridesOf(layer.tree, report)]));
  const entry = layers.at(-1);
  let tree = emptyTable(entry?.tree.place ?? { file: '' });
  for (const layer of layers) {
    const own = overrides.get(layer.file) ?? [];
    tree = removeOverridden(tree, own, { found, report: (problem) => { doubtful.push(problem); } });
    tree = mergeTable(tree, layer === entry ? layer.tree : withoutOwnKeys(layer.tree), {
      overrides: speakingFor(layer, layers, overrides),
      own,
      reasonFile: reasonFileOf(layer, layers),
      found, report,
    });
  }
  for (const own of overrides.values()) doubtful.push(...unusedOverrides(own, tree));
  return { tree, deviations, problems, doubtful };
};

/** A profile that contradicts its sibling does not know about it: the file that extends both may give the reason. */
const speakingFor = (
  layer: Layer, layers: readonly Layer[], overrides: ReadonlyMap<string, readonly PlacedOverride[]>,
): readonly PlacedOverride[] =>
  layers.filter(({ ancestors }) => ancestors.has(layer.file)).flatMap(({ file }) => overrides.get(file) ?? []);

const reasonFileOf = (layer: Layer, layers: readonly Layer[]): string => {
  const extendsSomething = layer.ancestors.size > 1;
  const extender = layers.find(({ file, ancestors }) => file !== layer.file && ancestors.has(layer.file));
  return extendsSomething || extender === undefined ? layer.shownAs : extender.shownAs;
};

const withoutOwnKeys = (tree: Table): Table =>
  ({ ...tree, entries: new Map([...tree.entries].filter(([key]) => !OWN_KEYS.includes(key))) });
