import TOML from '@iarna/toml';
import type { Place, Problem } from '../errors.ts';
import { isSecret, redact } from '../redact.ts';
import { choicesAt, definitionJsonSchema, schemaAt, type JsonSchema } from './json-schema.ts';
import { elementKey, isSame, listRule, outdatedLists } from './list-rules.ts';
import { didYouMean, listOf } from './nearest.ts';
import { formatPath, parsePath, pathKey } from './paths.ts';
import { isTable, toPlain } from './plain.ts';
import { OUTPUT_FORMATS } from '../formats/rows.ts';
import { childOf, plainOf, plantTree, treeAt, withoutParts, withPart, type Table, type Tree } from './tree.ts';
import type { Deviation, LoadOptions, Path } from './types.ts';

export interface Flagged {
  readonly tree: Table;
  readonly deviations: readonly Deviation[];
  readonly problems: readonly Problem[];
}

/** Applies the command line to the merged files. It needs no reasons, and every change is listed. */
export const applyFlags = (merged: Table, options: LoadOptions): Flagged => {
  const problems: Problem[] = [];
  const deviations: Deviation[] = [];
  let tree = merged;
  const settings = settingsOf(options, merged, problems);
  const areSet = new Set(settings.map(({ path }) => pathKey(path)));
  for (const { path, value, flag, text, adds } of settings) {
    const place: Place = { file: flag };
    const before = treeAt(tree, path);
    const planted = plantTree(adds === true ? [value].flat() : value, () => ({ place, keyPlace: place }));
    const part = adds === true ? withItems(before, planted) : planted;
    if (before !== undefined && !isSame(before, part)) {
      deviations.push({
        kind: 'flag', subject: text, reason: 'set on the command line', place,
        was: { value: redact(plainOf(before), path), place: before.place }, now: redact(plainOf(part), path),
      });
    }
    const outdated = outdatedBy(tree, path, part).filter(({ key }) => !areSet.has(pathKey([...path.slice(0, -1), key])));
    deviations.push(...outdated.map(({ key, list }): Deviation => ({
      kind: 'flag', subject: formatPath([...(parsePath(text) ?? path).slice(0, -1), key]), reason: 'set on the command line', place,
      was: { value: plainOf(list), place: list.place }, now: [],
    })));
    tree = setPart(withoutLists(tree, outdated), path, part);
  }
  return { tree: withFormats(tree, options.formats, problems), deviations, problems };
};

/** A list with more items behind its own, each of which keeps its place. */
const withItems = (before: Tree | undefined, more: Tree): Tree =>
  (before?.kind === 'list' && more.kind === 'list' ? { ...before, items: [...before.items, ...more.items] } : more);

/** The lists beside a value that no longer fit when it is `part`. */
const outdatedBy = (tree: Table, path: Path, part: Tree): ReturnType<typeof outdatedLists> => {
  const [outer, key] = [path.slice(0, -1), path.at(-1)];
  const table = treeAt(tree, outer);
  return table?.kind !== 'table' ? [] : outdatedLists(table, { kind: 'table', entries: new Map([[String(key), part]]), place: part.place },
    outer.map((one) => (typeof one === 'number' ? '*' : one)));
};

const withoutLists = (tree: Table, lists: ReturnType<typeof outdatedLists>): Table => {
  const left = withoutParts(tree, new Set(lists.map(({ list }) => list)));
  return left.kind === 'table' ? left : tree;
};

interface PlacedSetting {
  readonly path: Path;
  readonly value: unknown;
  readonly flag: string;
  readonly text: string;
  /** Whether it adds to a list. */
  readonly adds?: boolean;
}

const settingsOf = (options: LoadOptions, merged: Table, problems: Problem[]): readonly PlacedSetting[] => {
  const settings: PlacedSetting[] = [];
  if (options.distro !== undefined) {
    settings.push({ path: ['distro'], value: options.distro, flag: `--distro ${options.distro}`, text: 'distro' });
  }
  if (options.level !== undefined) {
    settings.push({ path: ['hardware', 'level'], value: options.level, flag: `--level ${options.level}`, text: 'hardware.level' });
  }
  for (const { key, value, adds } of options.set ?? []) {
    const named = parsePath(key);
    const path = named === undefined ? undefined : byPosition(named, merged);
    const flag = `--set ${key}${adds === true ? '+' : ''}=${shownValue(value, named ?? [])}`;
    if (path !== undefined && adds === true && !takesList(path, merged)) {
      problems.push({ code: 'set-bad-key', message: `\`${key}\` is not a list, so nothing can be added to it`, place: { file: flag }, hint: `write \`--set ${key}=…\`` });
    } else if (path !== undefined) settings.push({ path, value: readValue(path, value, merged), flag, text: key, adds: adds === true });
    else {
      problems.push({
        code: 'set-bad-key', message: `\`${key}\` is not a key that can be set`, place: { file: flag },
        hint: 'write it as `system.hostname=web`, or for an element of a list with its name: `disk.partitions."/".size=5GiB`',
      });
    }
  }
  return settings;
};

/** A value as it was typed; a table or list with a secret is JSON without the secret. */
const shownValue = (text: string, path: Path): string => {
  const value = tomlValue(text);
  if (isSecret(path) || (!isTable(value) && !Array.isArray(value))) return redact(text, path);
  const shown = JSON.stringify(redact(value, path));
  return shown === JSON.stringify(value) ? text : shown;
};

/** Elements of keyed lists may be named by their key; the result has positions. Undefined if there is no such element. */
const byPosition = (path: Path, tree: Table): Path | undefined => {
  const result: (string | number)[] = [];
  const pattern: string[] = [];
  let here: Tree | undefined = tree;
  for (const part of path) {
    if (here?.kind === 'list') {
      const rule = listRule(pattern);
      const at: number = typeof part === 'number' ? part : here.items.findIndex((item) => elementKey(rule, item) === part);
      if (at < 0 || at >= here.items.length) return undefined;
      result.push(at);
      pattern.push('*');
      here = here.items[at];
    } else {
      if (typeof part === 'number') return undefined;
      result.push(part);
      pattern.push(part);
      here = childOf(here, part);
    }
  }
  return result;
};

const setPart = (tree: Table, path: Path, part: Tree): Table => {
  const [first, ...rest] = path;
  if (first === undefined) return tree;
  const inner = childOf(tree, first);
  const next = rest.length === 0 ? part : setInside(inner, rest, part);
  return { ...tree, entries: new Map([...tree.entries, [String(first), next]]) };
};

const setInside = (tree: Tree | undefined, path: Path, part: Tree): Tree => {
  if (tree?.kind !== 'list') {
    const table: Table = tree?.kind === 'table' ? tree : { kind: 'table', entries: new Map(), place: part.place };
    return setPart(table, path, part);
  }
  const [at, ...rest] = path;
  return { ...tree, items: tree.items.map((item, index) => (index === at ? (rest.length === 0 ? part : setInside(item, rest, part)) : item)) };
};

/** A value as TOML reads it, otherwise the text itself; where the schema expects text, the typed text. */
const readValue = (path: Path, text: string, merged: Table): unknown => {
  const value = tomlValue(text);
  if (typeof value === 'string') return value;
  const node = schemaAt(definitionJsonSchema(), path, plainOf(merged));
  return value === undefined || (typeof value !== 'object' && wantsText(node)) ? text : value;
};

const tomlValue = (text: string): unknown => {
  try {
    const parsed: unknown = TOML.parse(`value = ${text}`);
    return isTable(parsed) && Object.keys(parsed).length === 1 ? toPlain(parsed['value']) : undefined;
  } catch {
    return undefined;
  }
};

const takesList = (path: Path, merged: Table): boolean => {
  const node = schemaAt(definitionJsonSchema(), path, plainOf(merged));
  return node !== undefined && [node, ...[node['anyOf'] ?? []].flat()].some((variant) => isTable(variant) && variant['type'] === 'array');
};

const wantsText = (node: JsonSchema | undefined): boolean =>
  node !== undefined && (node['type'] === 'string' || choicesAt(node).length > 0);

/** `--format`: some of the definition's outputs, or new ones if it has none. */
const withFormats = (tree: Table, formats: readonly string[] | undefined, problems: Problem[]): Table => {
  if (formats === undefined || formats.length === 0) return tree;
  const known: readonly string[] = OUTPUT_FORMATS;
  const outputs = childOf(tree, 'outputs');
  const present = outputs?.kind === 'list' ? outputs.items : [];
  const formatOf = (item: Tree): string => String(plainOf(childOf(item, 'format') ?? item));
  const offered = present.length > 0 ? present.map(formatOf) : known;
  for (const format of formats) {
    if (offered.includes(format)) continue;
    const of = known.includes(format) ? 'an output of this definition' : 'a format';
    problems.push({
      code: 'format-not-offered', message: `\`${format}\` is not ${of}`, place: { file: `--format ${format}` },
      hint: didYouMean(format, offered) ?? `it has ${listOf(offered, 'and')}`,
    });
  }
  // With one wrong format, all outputs stay: removing some would only cause follow-up problems.
  if (formats.some((format) => !offered.includes(format))) return tree;
  if (present.length > 0) {
    const left = withoutParts(tree, new Set(present.filter((item) => !formats.includes(formatOf(item)))));
    return left.kind === 'table' ? left : tree;
  }
  const place: Place = { file: `--format ${formats.join(' ')}` };
  const result = withPart(tree, ['outputs'], plantTree([...new Set(formats)].map((format) => ({ format })), () => ({ place })));
  return result.kind === 'table' ? result : tree;
};
