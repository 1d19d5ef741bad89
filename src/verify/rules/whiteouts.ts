import type { LayerFacts } from '../oci-facts.ts';
import { whiteoutOf } from '../read/whiteouts.ts';
import { judge, of, type Rule } from './rule.ts';

/** Whiteouts across layers: each takes away what a lower layer brought, and nothing of its own. */
export const WHITEOUT_RULE: Rule = {
  id: 'oci.whiteouts',
  platforms: ['oci'],
  severity: 'error',
  title: 'Every whiteout takes away what a lower layer brought',
  check: of('oci', ({ layers }) => judge(faultsOf(layers), 'all of them')),
  remedy: 'Build the image anew: a whiteout of nothing hides a mistake in how its layers were compared',
  source: 'https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts',
};

function faultsOf(layers: readonly LayerFacts[]): readonly string[] {
  const faults: string[] = [];
  const below = new Set<string>();
  for (const { entries } of layers) {
    const own = new Set(entries.map(({ path }) => path));
    for (const { path } of entries) {
      const whiteout = whiteoutOf(path);
      if (whiteout === undefined) continue;
      const gone = whiteout.name === undefined ? whiteout.folder : [whiteout.folder, whiteout.name].filter((part) => part !== '.').join('/');
      if (!below.has(gone) && gone !== '.') faults.push(`/${path} takes away what no lower layer has`);
      // Unpackers differ in which of the two comes first.
      if (whiteout.name !== undefined && own.has(gone)) faults.push(`/${path} takes away what its own layer brings`);
    }
    for (const path of own) {
      const whiteout = whiteoutOf(path);
      if (whiteout === undefined) addWithParents(below, path);
      else if (whiteout.name !== undefined) remove(below, [whiteout.folder, whiteout.name].filter((part) => part !== '.').join('/'));
    }
  }
  return faults;
}

function addWithParents(paths: Set<string>, path: string): void {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth += 1) paths.add(parts.slice(0, depth).join('/'));
}

function remove(paths: Set<string>, gone: string): void {
  for (const path of paths) if (path === gone || path.startsWith(`${gone}/`)) paths.delete(path);
}
