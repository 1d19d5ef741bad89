import type { Place, Problem } from '../errors.ts';
import { ARCHITECTURES } from '../isa/rows.ts';
import { listRule } from './list-rules.ts';
import { didYouMean, listOf } from './nearest.ts';
import { formatPath, parsePath } from './paths.ts';
import { childOf, plainOf, treeAt, withoutParts, type Table, type Tree } from './tree.ts';
import type { Deviation } from './types.ts';

/** One item of an `[[overrides]]` entry. */
export interface PlacedOverride {
  readonly remove?: string;
  /** The key path, with elements of keyed lists by key. */
  readonly replace?: readonly string[];
  readonly text: string;
  readonly reason: string;
  readonly place: Place;
  used(): void;
  isUsed(): boolean;
}

/** The `[[overrides]]` entries of one file, one per item. Problems: a `replace` that is not a key path, an empty entry. */
export const overridesOf = (file: Tree, report: (problem: Problem) => void): readonly PlacedOverride[] => {
  const list = childOf(file, 'overrides');
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((entry) => {
    const reason = String(valueOf(childOf(entry, 'reason')));
    const words = (key: 'remove' | 'replace'): readonly Tree[] => {
      const found = childOf(entry, key);
      return found?.kind === 'list' ? found.items : [];
    };
    if (words('remove').length + words('replace').length === 0) {
      report({
        code: 'override-empty',
          message: 'this override has neither `remove` nor `replace`',
          place: entry.place,
        hint: 'add `remove = ["…"]` or `replace = ["section.key"]`',
      });
    }
    return [
      ...words('remove').map((word) => override({ remove: String(valueOf(word)) }, word, reason)),
      ...words('replace').flatMap((word) => {
        const path = parsePath(String(valueOf(word)))?.map(String);
        if (path !== undefined) return [override({ replace: path }, word, reason)];
        report({
          code: 'override-bad-path', message: `\`${String(valueOf(word))}\` is not a key path`, place: word.place,
          hint: 'write it as `system.hostname` or `files."/etc/motd".content`',
        });
        return [];
      }),
    ];
  });
};

const override = (what: Pick<PlacedOverride, 'remove' | 'replace'>, word: Tree, reason: string): PlacedOverride => {
  let isUsed = false;
  return {
    ...what, text: String(valueOf(word)), reason, place: word.place,
    used: () => { isUsed = true; },
    isUsed: () => isUsed,
  };
};

const valueOf = (tree: Tree | undefined): unknown => (tree === undefined ? '' : plainOf(tree));

/** Whether a path equals the other one or is below it. */
export const isBelow = (path: readonly string[], outer: readonly string[]): boolean =>
  outer.length <= path.length && outer.every((part, at) => part === path[at]);

/** What `remove` may name: the kind, its key path, and the key of an element. A word without a kind is searched in all. */
const REMOVABLE: readonly { readonly kind: string; readonly path: readonly string[]; readonly key?: string }[] = [
  { kind: 'package', path: ['packages', 'install'] },
  { kind: 'exclude', path: ['packages', 'exclude'] },
  { kind: 'package', path: ['packages', 'local'] },
  { kind: 'module', path: ['packages', 'modules'] },
  { kind: 'erased', path: ['packages', 'remove-after-install'] },
  { kind: 'language', path: ['packages', 'languages'] },
  { kind: 'service', path: ['system', 'services', 'enable'] },
  { kind: 'service', path: ['system', 'services', 'disable'] },
  { kind: 'service', path: ['system', 'services', 'mask'] },
  { kind: 'argument', path: ['system', 'kernel-cmdline'] },
  ...ARCHITECTURES.map((arch) => ({ kind: 'argument', path: ['system', 'kernel-cmdline-by-arch', arch] })),
  { kind: 'user', path: ['system', 'users'], key: 'name' },
  { kind: 'group', path: ['system', 'groups'], key: 'name' },
  { kind: 'device', path: ['system', 'network'], key: 'device' },
  { kind: 'time-server', path: ['system', 'time-servers'] },
  { kind: 'driver', path: ['boot', 'initrd-drivers'] },
  { kind: 'file', path: ['files'], key: 'path' },
  { kind: 'script', path: ['scripts'], key: 'name' },
  { kind: 'script', path: ['scripts'], key: 'run' },
  { kind: 'repository', path: ['repositories'], key: 'id' },
  { kind: 'partition', path: ['disk', 'partitions'], key: 'mount' },
  { kind: 'output', path: ['outputs'], key: 'format' },
];

const KINDS = [...new Set(REMOVABLE.map(({ kind }) => kind))];

interface Removable {
  readonly kind: string;
  readonly name: string;
  readonly list: readonly string[];
  readonly item: Tree;
}

/** Removes from the merged profiles what a file's overrides remove. */
export const removeOverridden = (
  below: Table, overrides: readonly PlacedOverride[],
  context: { readonly found: (deviation: Deviation) => void; readonly report: (problem: Problem) => void },
): Table => {
  let rest = below;
  for (const entry of overrides) {
    if (entry.remove === undefined) continue;
    const present = removablesOf(rest);
    const gone = present.filter((thing) => isMeant(entry.remove ?? '', thing));
    if (gone.length === 0) context.report(removesNothing(entry, present));
    else entry.used();
    for (const { kind, name, list, item } of gone) {
      context.found({
        kind: 'remove', subject: `${kind} ${name}`, reason: entry.reason, place: entry.place,
        was: { value: `${formatPath(list)}: ${name}`, place: item.place },
      });
    }
    const pruned = withoutParts(rest, new Set(gone.map(({ item }) => item)));
    if (pruned.kind === 'table') rest = pruned;
  }
  return rest;
};

const removablesOf = (tree: Table): readonly Removable[] => REMOVABLE.flatMap(({ kind, path, key }) => {
  const list = treeAt(tree, path);
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item): Removable[] => {
    const name = plainOf(key === undefined ? item : childOf(item, key) ?? { kind: 'leaf', value: undefined,
      place: item.place });
    return typeof name === 'string' ? [{ kind, name, list: path, item }] : [];
  });
});

/** `sshd` matches anything called sshd; `service:sshd` only the service. A unit may be named without `.service`. */
const isMeant = (word: string, { kind, name }: Removable): boolean => {
  const [, wantedKind, wantedName = word] = /^([a-z-]+):(.+)$/.exec(word) ?? [];
  const isKind = wantedKind !== undefined && KINDS.includes(wantedKind);
  if (isKind && wantedKind !== kind) return false;
  const wanted = isKind ? wantedName : word;
  return wanted === name || (kind === 'service' && withoutSuffix(wanted) === withoutSuffix(name));
};

const withoutSuffix = (unit: string): string => unit.replace(/\.service$/, '');

const removesNothing = ({ remove = '', place }: PlacedOverride, present: readonly Removable[]): Problem => {
  const word = remove.replace(/^[a-z-]+:/, (prefix) => (KINDS.includes(prefix.slice(0, -1)) ? '' : prefix));
  return {
    code: 'override-removes-nothing',
    message: `no extended profile has \`${remove}\`, so there is nothing to remove`,
    place,
    hint: didYouMean(word, present.map(({ name }) => name))
      ?? `leave it out, or name the kind before a colon: ${listOf(KINDS, 'or')}`,
  };
};

/** `replace` overrides that replaced nothing: they would mislead readers. */
export const unusedOverrides = (overrides: readonly PlacedOverride[], merged: Table): readonly Problem[] =>
  overrides.filter((entry) => entry.replace !== undefined && !entry.isUsed()).map(({ text, place }) => ({
    code: 'override-replaces-nothing',
    message: `nothing that a profile set is replaced at \`${text}\``,
    place,
    hint: didYouMean(text, leafPaths(merged).filter((path) => path !== text)) ?? 'leave this override out, or set the key to another value than the profile does',
  }));

const leafPaths = (tree: Tree, stable: readonly string[] = [], pattern: readonly string[] = []): readonly string[] => {
  if (tree.kind === 'leaf') return [formatPath(stable)];
  if (tree.kind === 'table') {
    return [...tree.entries].flatMap(([key, inner]) => leafPaths(inner, [...stable, key], [...pattern, key]));
  }
  const rule = listRule(pattern);
  if (rule.how !== 'keyed') return [formatPath(stable)];
  return tree.items.flatMap((item) => {
    const key = childOf(item, rule.key);
    return leafPaths(item, [...stable, String(valueOf(key))], [...pattern, '*']);
  });
};
