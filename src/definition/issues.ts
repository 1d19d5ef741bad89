import type { z } from 'zod';
import type { Place, Problem } from '../errors.ts';
import { redact } from '../redact.ts';
import { choicesAt, expectedAt, homesOf, keysOf, schemaAt, type JsonSchema } from './json-schema.ts';
import { didYouMean, listOf } from './nearest.ts';
import { formatPath } from './paths.ts';
import { emptyTable, nearestTree, plainOf, treeAt, withoutParts, type Table, type Tree } from './tree.ts';
import type { Path } from './types.ts';

export interface Checked {
  readonly problems: readonly Problem[];
  /** The rest, without the parts that have problems. It is valid. */
  readonly valid: Table;
}

/**
 * Checks a file's value against its schema. Returns every problem, and keeps the valid parts for later checks. `json`
 * is the same schema as JSON Schema, made only when there is a problem to explain.
 */
export const checkShape = (schema: z.ZodType, json: () => JsonSchema, tree: Tree): Checked => {
  if (tree.kind !== 'table') {
    const message = `the file must hold keys and values, not ${foundText(plainOf(tree))}`;
    const problem: Problem = { code: 'wrong-type', message, place: tree.place, hint: 'begin with `name = "…"`' };
    return { problems: [problem], valid: emptyTable(tree.place) };
  }
  const problems: Problem[] = [];
  let rest: Table = tree;
  // Each round removes the reported parts. Two or three rounds suffice: a table is removed when its missing key cannot
  // be filled in.
  for (let round = 0; round < 20; round += 1) {
    const result = schema.safeParse(plainOf(rest));
    if (result.success) return { problems, valid: rest };
    const { issues } = result.error;
    if (round === 0) problems.push(...issues.flatMap((issue) => problemsOf(issue, json(), tree)));
    const pruned = withoutParts(rest, new Set(issues.flatMap((issue) => partsOf(issue, rest))));
    if (pruned.kind === 'table') rest = pruned;
  }
  return { problems, valid: emptyTable(tree.place) };
};

type Issue = z.core.$ZodIssue;

const pathOf = (issue: Issue): Path => issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));

const problemsOf = (issue: Issue, json: JsonSchema, root: Tree): readonly Problem[] => {
  const path = pathOf(issue);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(json, root, path, key));
  // A key that breaks the rule for keys of its table, such as the name of a dnf variable.
  if (issue.code === 'invalid_key') {
    const message = `\`${formatPath(path)}\` is not a valid key: it ${issue.issues[0]?.message ?? 'is not allowed here'}`;
    return [{ code: 'wrong-value', message, place: keyPlace(nearestTree(root, path)) }];
  }
  const node = schemaAt(json, path, plainOf(root));
  const found = treeAt(root, path);
  return [found === undefined ? missingKey(path, node, root) : wrongValue(issue, path, node, found)];
};

const wrongValue = (issue: Issue, path: Path, node: JsonSchema | undefined, tree: Tree): Problem => {
  const found = redact(plainOf(tree), path);
  const { place } = tree;
  const name = path.length === 0 ? 'the file' : `\`${formatPath(path)}\``;
  const choices = choicesAt(node);
  if (choices.length > 0 && typeof found === 'string') {
    // A size may be one of these words, or text of a form that has its own message.
    const form = issue.code === 'invalid_format' ? [issue.message.replace(/^must be /, '')] : [];
    const message = `${name} must be ${listOf([...choices.map((word) => `\`${word}\``), ...form], 'or')}, not ${foundText(found)}`;
    return withHint({ code: 'wrong-value', message, place }, sizeHint(issue, found) ?? didYouMean(found, choices));
  }
  if (['invalid_type', 'invalid_union', 'invalid_value'].includes(issue.code)) {
    const expected = expectedAt(node);
    const message = `${name} must be ${expected}, not ${foundText(found)}`;
    return withHint({ code: 'wrong-type', message, place }, typeHint(expected, found));
  }
  return withHint({ code: 'wrong-value', message: `${name} ${issueText(issue)}: ${foundText(found)}`, place }, sizeHint(issue, found));
};

/** A size with another unit, or with a fraction, as hew writes it. */
const sizeHint = (issue: Issue, found: unknown): string | undefined => {
  const [, whole = '', fraction = '', unit = ''] = /^(\d+)(?:\.(\d+))?\s*([KMGT])(?:i?B)?$/i.exec(String(found)) ?? [];
  const at = SIZE_UNITS.indexOf(unit.toUpperCase());
  if (at === -1 || !issue.message.includes('KiB') || (fraction !== '' && at === 0)) return undefined;
  const size = fraction === '' ? `${whole}${SIZE_UNITS[at]}iB` : `${Math.round(Number(`${whole}.${fraction}`) * 1024)}${SIZE_UNITS[at - 1]}iB`;
  return `did you mean \`${size}\`?`;
};

const SIZE_UNITS = ['K', 'M', 'G', 'T'];

const issueText = (issue: Issue): string => {
  if (issue.code === 'too_small') return ['array', 'string'].includes(issue.origin) ? 'must not be empty' : `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}`;
  return issue.message;
};

const unknownKey = (json: JsonSchema, root: Tree, path: Path, key: string): Problem => {
  const node = schemaAt(json, path, plainOf(root));
  const place = keyPlace(nearestTree(root, [...path, key]));
  const where = path.length === 0 ? 'at the top' : `in \`${formatPath(path)}\``;
  const homes = homesOf(json, key).filter((home) => home !== formatPath(path.filter((part) => typeof part === 'string')));
  const known = keysOf(node);
  const hint = didYouMean(key, known) ?? homeHint(key, homes)
    ?? (known.length > 0 ? `known here: ${known.filter((name) => name !== '$schema').join(', ')}` : undefined);
  return withHint({ code: 'unknown-key', message: `unknown key \`${key}\` ${where}`, place }, hint);
};

const homeHint = (key: string, homes: readonly string[]): string | undefined => {
  if (homes.length === 0) return undefined;
  if (homes.includes('')) return `\`${key}\` belongs at the top of the file, before the first [table]`;
  return `\`${key}\` belongs in ${listOf(homes.map((home) => `\`${home}\``), 'or')}`;
};

const missingKey = (path: Path, node: JsonSchema | undefined, root: Tree): Problem => {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1) ?? '');
  const inside = parent.length === 0 ? 'the file' : `\`${formatPath(parent)}\``;
  const { place } = nearestTree(root, parent);
  return { code: 'missing-key',
    message: `${inside} needs \`${key}\``, place,
    hint: `\`${key}\` is ${expectedAt(node)}` };
};

const typeHint = (expected: string, found: unknown): string | undefined => {
  // The parsed number has lost its spelling: 4.0 and 4 are equal.
  if (/^(?:`.+, or )?text in quotes$/.test(expected) && ['number', 'boolean'].includes(typeof found)) return 'put quotes around it';
  if (expected.includes('a list of') && typeof found === 'string') return `write it as a list: ["${found}"]`;
  if (expected.includes('`true`') && ['true', 'false'].includes(String(found))) return `write ${String(found)} without quotes`;
  return undefined;
};

const foundText = (value: unknown): string => {
  if (typeof value === 'string') return `text "${value.length > 60 ? `${value.slice(0, 57)}…` : value}"`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  return value === null || value === undefined ? 'nothing' : 'a table';
};

const withHint = (problem: Problem,
  hint: string | undefined): Problem => (hint === undefined ? problem : { ...problem, hint });

const keyPlace = (tree: Tree): Place => tree.keyPlace ?? tree.place;

/** The parts that an issue is about; for a missing key, the table that lacks it. */
const partsOf = (issue: Issue, root: Tree): readonly Tree[] => {
  const path = pathOf(issue);
  if (issue.code !== 'unrecognized_keys') return [nearestTree(root, path)];
  return issue.keys.map((key) => nearestTree(root, [...path, key]));
};
