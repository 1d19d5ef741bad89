import type { Place, Problem } from '../errors.ts';
import { checkShape } from './issues.ts';
import { definitionSchema as definitionJson } from './json-schema.ts';
import { parseFile } from './parse.ts';
import { definitionSchema } from './schema/definition.ts';
import { findSource, folderOf, isKickstart, readSource, resolvePath, shownPath, type SourceReader } from './source.ts';
import { childOf, emptyTable, plainOf, plantTree, treeOf, type Table, type Tree } from './tree.ts';
import type { LoadOptions } from './types.ts';

/** One file that has a say in a definition. */
export interface Layer {
  /** Absolute path. */
  readonly file: string;
  readonly shownAs: string;
  /** What it says, without what is wrong in it. */
  readonly tree: Table;
  /** Absolute paths of the files that it extends, itself included, theirs too. */
  readonly ancestors: ReadonlySet<string>;
}

export interface Layers {
  /** In the order of merging: what is extended first, each file once; the entry last. */
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
}

/** Reads a definition and all that it extends. Every file is read to its end whatever is wrong in another. */
export const readLayers = async (
  source: SourceReader, entry: string, options: Pick<LoadOptions, 'readKickstart'>,
): Promise<Layers> => {
  const reading: Reading = { source, options, done: new Map(), problems: [] };
  await readLayer(reading, entry, undefined, []);
  return { layers: [...reading.done.values()].filter((layer) => layer !== undefined), problems: reading.problems };
};

interface Reading {
  readonly source: SourceReader;
  readonly options: Pick<LoadOptions, 'readKickstart'>;
  /** By absolute path, in the order of merging; undefined for what could not be read. */
  readonly done: Map<string, Layer | undefined>;
  readonly problems: Problem[];
}

const readLayer = async (
  reading: Reading, file: string, from: Place | undefined, chain: readonly string[],
): Promise<Layer | undefined> => {
  const { source, done, problems } = reading;
  if (chain.includes(file)) {
    problems.push(cycle(source, [...chain.slice(chain.indexOf(file)), file], from));
    return undefined;
  }
  if (done.has(file)) return done.get(file);
  const read = await readSource(source, file);
  if ('problem' in read) {
    problems.push(from === undefined ? read.problem : { ...read.problem, place: from });
    done.set(file, undefined);
    return undefined;
  }
  const shownAs = shownPath(source, file);
  if (isKickstart(file)) return readKickstart(reading, { file, shownAs, text: read.text, from, includes: {} });
  const parsed = parseFile(read.text, shownAs);
  problems.push(...parsed.problems);
  if (parsed.value === undefined) {
    done.set(file, undefined);
    return undefined;
  }
  const shape = checkShape(definitionSchema, definitionJson, treeOf(parsed.value, parsed.positions, shownAs));
  problems.push(...shape.problems);
  const parents = await readParents(reading, file, shape.valid, [...chain, file]);
  const ancestors = new Set([file, ...parents.flatMap((parent) => [...parent.ancestors])]);
  const layer: Layer = { file, shownAs, tree: shape.valid, ancestors };
  done.set(file, layer);
  return layer;
};

const readParents = async (
  reading: Reading, file: string, tree: Table, chain: readonly string[],
): Promise<readonly Layer[]> => {
  const { source, problems } = reading;
  const parents: (Layer | undefined)[] = [];
  const list = childOf(tree, 'extends');
  for (const item of list?.kind === 'list' ? list.items : []) {
    const found = await findSource(source, 'profile', String(plainOf(item)), folderOf(file));
    if ('problem' in found) problems.push({ ...found.problem, place: item.place });
    else parents.push(await readLayer(reading, found.file, item.place, chain));
  }
  const kickstart = childOf(tree, 'kickstart');
  if (kickstart !== undefined) parents.push(await readNamedKickstart(reading, file, tree, kickstart));
  return parents.filter((parent) => parent !== undefined);
};

const readNamedKickstart = async (
  reading: Reading, file: string, tree: Table, named: Tree,
): Promise<Layer | undefined> => {
  const path = resolvePath(folderOf(file), String(plainOf(named)));
  const read = await readSource(reading.source, path);
  if ('problem' in read) {
    reading.problems.push({ ...read.problem, place: named.place });
    return undefined;
  }
  const includes = childOf(tree, 'kickstart-includes');
  const substitutes = includes?.kind === 'table'
    ? [...includes.entries].map(([name, to]) => [name, resolvePath(folderOf(file), String(plainOf(to)))]) : [];
  return readKickstart(reading, {
    file: path, shownAs: shownPath(reading.source, path), text: read.text, from: named.place,
    includes: Object.fromEntries(substitutes) as Record<string, string>,
  });
};

const readKickstart = async (reading: Reading, request: {
  readonly file: string; readonly shownAs: string; readonly text: string; readonly from: Place | undefined;
  readonly includes: Readonly<Record<string, string>>;
}): Promise<Layer | undefined> => {
  const { options, done, problems } = reading;
  const { file, shownAs, text, includes, from } = request;
  if (options.readKickstart === undefined) {
    problems.push({
      code: 'kickstart-not-read', message: `${shownAs} is a kickstart file, which is not read here`,
      place: from ?? { file: shownAs }, hint: 'write the definition as .toml or .yaml',
    });
    done.set(file, undefined);
    return undefined;
  }
  const read = await options.readKickstart({ file, shownAs, text, includes });
  problems.push(...read.problems);
  const tree = plantTree(read.value, (path) => ({ place: read.placeOf(path) }));
  const shape = checkShape(definitionSchema, definitionJson, tree.kind === 'table' ? tree : emptyTable({ file: shownAs }));
  problems.push(...shape.problems);
  const layer: Layer = { file, shownAs, tree: shape.valid, ancestors: new Set([file]) };
  done.set(file, layer);
  return layer;
};

const cycle = (source: SourceReader, chain: readonly string[], from: Place | undefined): Problem => ({
  code: 'extends-cycle',
  message: `\`extends\` goes in a circle: ${chain.map((file) => shownPath(source, file)).join(' → ')}`,
  ...(from === undefined ? {} : { place: from }),
  hint: 'take one of them out of the circle; what they share can be a profile of its own',
});
