import type { Place, Problem } from '../errors.ts';
import { checkShape } from './issues.ts';
import { definitionJsonSchema } from './json-schema.ts';
import { parseFile } from './parse.ts';
import { definitionSchema } from './schema/definition.ts';
import { findSource, folderOf, isKickstart, readSource, resolvePath, shownPath, stemOf, type SourceReader } from './source.ts';
import { childOf, emptyTable, plainOf, plantTree, treeAt, treeOf, type Table, type Tree } from './tree.ts';
import type { KickstartRequest, LoadOptions } from './types.ts';

/** One file that contributes to a definition. */
export interface Layer {
  /** Absolute path. */
  readonly file: string;
  readonly shownAs: string;
  /** Its value, without the parts that have problems. */
  readonly tree: Table;
  /** Absolute paths of all files that it extends, directly or not, and of itself. */
  readonly ancestors: ReadonlySet<string>;
}

export interface Layers {
  /** In the order of merging: extended files first, each once; the entry last. */
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
}

/** Reads a definition and all files that it extends. Reads every file to its end, whatever problems others have. */
export const readLayers = async (
  source: SourceReader, entry: string, options: LoadOptions,
): Promise<Layers> => {
  const reading: Reading = { source, options, done: new Map(), problems: [] };
  await readLayer(reading, entry, undefined, []);
  return { layers: [...reading.done.values()].filter((layer) => layer !== undefined), problems: reading.problems };
};

interface Reading {
  readonly source: SourceReader;
  readonly options: LoadOptions;
  /** By absolute path, in the order of merging; undefined for files that could not be read. */
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
  if (isKickstart(file)) {
    const image = { name: stemOf(file), formats: reading.options.formats ?? [] };
    return readKickstart(reading, { file, text: read.text, from, includes: {}, ...(from === undefined ? { image } : {}) });
  }
  const parsed = parseFile(read.text, shownAs);
  problems.push(...parsed.problems);
  if (parsed.value === undefined) {
    done.set(file, undefined);
    return undefined;
  }
  const shape = checkShape(definitionSchema, definitionJsonSchema, treeOf(parsed.value, parsed.positions, shownAs));
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
    file: path, text: read.text, from: named.place, folder: folderOf(file),
    includes: Object.fromEntries(substitutes) as Record<string, string>,
  }, tree);
};

type NamedKickstart = Pick<KickstartRequest, 'file' | 'text' | 'folder' | 'includes' | 'image'> & { readonly from: Place | undefined };

/** `by` is the file that names it. */
const readKickstart = async (
  reading: Reading, { from, ...request }: NamedKickstart, by?: Table,
): Promise<Layer | undefined> => {
  const { source, options, done, problems } = reading;
  const { file } = request;
  const shownAs = shownPath(source, file);
  if (options.readKickstart === undefined) {
    problems.push({
      code: 'kickstart-not-read', message: `${shownAs} is a kickstart file, which cannot be used here`,
      place: from ?? { file: shownAs }, hint: 'write the definition as .toml or .yaml',
    });
    done.set(file, undefined);
    return undefined;
  }
  const given = (options.includes ?? []).map(({ name, file: other }) => [name, resolvePath(source.cwd, other)] as const);
  const networkReason = settingOf(options, 'kickstart-network') ?? textAt(by, 'kickstart-network');
  const read = await options.readKickstart({
    ...request,
    given: Object.fromEntries(given),
    show: (path) => shownPath(source, path),
    allowPlainTextPasswords: allowsPlainText(reading, by),
    plainPartitions: (settingOf(options, PLAIN_PARTITIONS) ?? textAt(by, PLAIN_PARTITIONS)) !== undefined,
    ...(networkReason === undefined ? {} : { networkReason }),
  });
  problems.push(...read.problems);
  const tree = plantTree(read.value, (path) => ({ place: read.placeOf(path) }));
  const shape = checkShape(definitionSchema, definitionJsonSchema, tree.kind === 'table' ? tree : emptyTable({ file: shownAs }));
  problems.push(...shape.problems);
  const layer: Layer = { file, shownAs, tree: shape.valid, ancestors: new Set([file]) };
  done.set(file, layer);
  return layer;
};

const PLAIN_PARTITIONS = 'kickstart-plain-partitions';
const PLAIN_TEXT = 'system.allow-plain-text-passwords';

/** The command line, the file that names the kickstart file, or a profile that was read before. */
const allowsPlainText = ({ options, done }: Reading, by: Table | undefined): boolean =>
  settingOf(options, PLAIN_TEXT) !== undefined
  || [by, ...[...done.values()].map((layer) => layer?.tree)].some((tree) => textAt(tree, PLAIN_TEXT) !== undefined);

const settingOf = ({ set = [] }: LoadOptions, name: string): string | undefined =>
  set.findLast(({ key }) => key === name)?.value;

const textAt = (tree: Table | undefined, name: string): string | undefined => {
  const found = treeAt(tree, name.split('.'));
  return found === undefined ? undefined : String(plainOf(found));
};

const cycle = (source: SourceReader, chain: readonly string[], from: Place | undefined): Problem => ({
  code: 'extends-cycle',
  message: `\`extends\` goes in a circle: ${chain.map((file) => shownPath(source, file)).join(' → ')}`,
  ...(from === undefined ? {} : { place: from }),
  hint: 'remove one `extends` from the circle; shared parts can be a profile of their own',
});
