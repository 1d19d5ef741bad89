import { posix } from 'node:path';

import type { LayerFacts } from '../../verify/oci-facts.ts';
import { isNameless, whiteoutOf } from '../../verify/read/whiteouts.ts';
import { judge, of, type Rule } from '../../verify/rules/rule.ts';

/** Whiteouts across layers: each removes something of a lower layer, and nothing of its own. */
export const WHITEOUT_RULE: Rule = {
  id: 'oci.whiteouts',
  severity: 'error',
  title: 'Every whiteout removes something of a lower layer',
  check: of('oci', ({ layers }) => judge(faultsOf(layers), 'all of them')),
  remedy: 'Build the image again: a whiteout of nothing hides a mistake in how its layers were compared',
  source: 'https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts',
};

function faultsOf(layers: readonly LayerFacts[]): readonly string[] {
  const faults: string[] = [];
  let below: Paths = [];
  for (const { entries } of layers) {
    const own = new Set(entries.map(({ path }) => path));
    const gone = new Set<string>();
    for (const { path } of entries) {
      if (isNameless(path)) faults.push(`/${path} removes nothing that has a name`);
      const whiteout = whiteoutOf(path);
      if (whiteout === undefined) continue;
      const { folder, name } = whiteout;
      const taken = name === undefined ? folder : posix.join(folder, name);
      if (taken !== '.' && !holds(below, taken)) faults.push(`/${path} removes what no lower layer has`);
      if (name === undefined) continue;
      // Unpackers differ in which of the two comes first.
      if (own.has(taken)) faults.push(`/${path} removes what its own layer adds`);
      gone.add(taken);
    }
    below = sorted([...without(below, gone), ...[...own].filter((path) => whiteoutOf(path) === undefined)]);
  }
  return faults;
}

/** Sorted, so that the content of a folder is contiguous: a foreign layer may remove any number of paths from any number. */
type Paths = readonly string[];

const sorted = (paths: readonly string[]): Paths => [...new Set(paths)].toSorted((a, b) => (a < b ? -1 : 1));

/** Number of paths before one. */
function rank(paths: Paths, path: string): number {
  let [from, to] = [0, paths.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((paths[middle] ?? '') < path) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The range of a folder's content: `0` follows `/`. */
const inside = (paths: Paths, folder: string): readonly [from: number, to: number] => [rank(paths, `${folder}/`), rank(paths, `${folder}0`)];

/** A folder need not have its own entry. */
function holds(paths: Paths, path: string): boolean {
  const [from, to] = inside(paths, path);
  return to > from || paths[rank(paths, path)] === path;
}

/** The remaining paths; folders stay when their content is removed. */
function without(paths: Paths, gone: ReadonlySet<string>): Paths {
  const steps = new Int32Array(paths.length + 1);
  for (const folder of gone) {
    const [from, to] = inside(paths, folder);
    steps[from] = (steps[from] ?? 0) + 1;
    steps[to] = (steps[to] ?? 0) - 1;
  }
  let depth = 0;
  const left = paths.filter((path, index) => {
    depth += steps[index] ?? 0;
    return depth === 0 && !gone.has(path);
  });
  return [...left, ...[...gone].map((path) => posix.dirname(path)).filter((folder) => holds(paths, folder) && !gone.has(folder))];
}
