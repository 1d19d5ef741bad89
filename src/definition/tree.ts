import type { Place } from '../errors.ts';
import { isTable } from './plain.ts';
import type { Positions } from './positions.ts';
import type { Path } from './types.ts';

interface Placed {
  readonly place: Place;
  /** Of the key that names it, where it has one. */
  readonly keyPlace?: Place;
}

export interface Leaf extends Placed {
  readonly kind: 'leaf';
  readonly value: unknown;
}

export interface Table extends Placed {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, Tree>;
}

export interface List extends Placed {
  readonly kind: 'list';
  readonly items: readonly Tree[];
}

/** A JSON-like value in which every part has its place. */
export type Tree = Leaf | Table | List;

/** A file's value as a tree. */
export const treeOf = (value: unknown, positions: Positions, file: string): Tree =>
  plantTree(value, (path) => {
    const place = { file, ...positions.ofValue(path) };
    return positions.has(path) ? { place, keyPlace: { file, ...positions.ofKey(path) } } : { place };
  });

/** Any value as a tree; `placed` gives the place of each part. */
export const plantTree = (value: unknown, placed: (path: Path) => Placed, path: Path = []): Tree => {
  const spot = placed(path);
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item, index) => plantTree(item, placed, [...path, index])), ...spot };
  }
  if (!isTable(value)) return { kind: 'leaf', value, ...spot };
  const entries = new Map(Object.entries(value).map(([key, inner]) => [key, plantTree(inner, placed, [...path, key])]));
  return { kind: 'table', entries, ...spot };
};

export const emptyTable = (place: Place): Table => ({ kind: 'table', entries: new Map(), place });

/** The value without its places. */
export const plainOf = (tree: Tree): unknown => {
  if (tree.kind === 'leaf') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainOf);
  return Object.fromEntries([...tree.entries].map(([key, inner]) => [key, plainOf(inner)]));
};

export const childOf = (tree: Tree | undefined, part: string | number): Tree | undefined => {
  if (tree?.kind === 'list') return typeof part === 'number' ? tree.items[part] : undefined;
  return tree?.kind === 'table' ? tree.entries.get(String(part)) : undefined;
};

export const treeAt = (tree: Tree | undefined, path: Path): Tree | undefined =>
  path.reduce<Tree | undefined>((here, part) => childOf(here, part), tree);

/** The innermost existing part on the way to a path. */
export const nearestTree = (tree: Tree, path: Path): Tree => {
  let here = tree;
  for (const part of path) {
    const next = childOf(here, part);
    if (next === undefined) return here;
    here = next;
  }
  return here;
};

/** The tree without some of its parts. */
export const withoutParts = (tree: Tree, gone: ReadonlySet<Tree>): Tree => {
  if (tree.kind === 'leaf') return tree;
  if (tree.kind === 'list') {
    return { ...tree, items: tree.items.filter((item) => !gone.has(item)).map((item) => withoutParts(item, gone)) };
  }
  const kept = [...tree.entries].filter(([, inner]) => !gone.has(inner));
  return { ...tree, entries: new Map(kept.map(([key, inner]) => [key, withoutParts(inner, gone)])) };
};

/** The tree with one part set; missing tables are added, list positions are not. */
export const withPart = (tree: Tree, path: readonly string[], part: Tree): Tree => {
  const [first, ...rest] = path;
  if (first === undefined) return part;
  const table = tree.kind === 'table' ? tree : emptyTable(part.place);
  const inner = table.entries.get(first) ?? emptyTable(part.place);
  return { ...table, entries: new Map([...table.entries, [first, withPart(inner, rest, part)]]) };
};
