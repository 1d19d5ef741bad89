import TOML from '@iarna/toml';
import { isTable } from '../../definition/plain.ts';
import type { Path } from '../../definition/types.ts';

/** Gives a comment for the value at a path, without its `#`; nothing where there is none. */
export type CommentOf = (path: Path) => string | undefined;

/** Tables of a definition in the order in which people read them; others follow. */
const ORDER = ['packages', 'system', 'boot', 'disk', 'repositories', 'files', 'scripts'];

/**
 * Writes a table as TOML with a comment behind each value. Lists whose items have different comments stand on several
 * lines, and text of several lines stands as it is read.
 */
export const writeToml = (value: Readonly<Record<string, unknown>>, commentOf: CommentOf): string =>
  `${writeTable([], value, commentOf).join('\n').replace(/^\n+/, '')}\n`;

const writeTable = (path: Path, table: Readonly<Record<string, unknown>>, commentOf: CommentOf): readonly string[] => {
  const entries = Object.entries(table).filter(([, inner]) => inner !== undefined);
  const plain = entries.filter(([, inner]) => !isTable(inner) && !isTableList(inner));
  const tables = entries.filter(([, inner]) => isTable(inner)).toSorted(byOrder);
  const lists = entries.filter(([, inner]) => isTableList(inner)).toSorted(byOrder);
  return [
    ...plain.flatMap(([key, inner]) => writeValue(path, key, inner, commentOf)),
    ...tables.flatMap(([key, inner]) => writeHeaded([...path, key], inner, commentOf)),
    ...lists.flatMap(([key, inner]) => writeTableList([...path, key], inner, commentOf)),
  ];
};

const byOrder = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => rank(a) - rank(b);
const rank = (key: string): number => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);

const isTableList = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isTable);

const writeHeaded = (path: Path, value: unknown, commentOf: CommentOf): readonly string[] => {
  const table = isTable(value) ? value : {};
  const hasOwn = Object.values(table).some((inner) => !isTable(inner) && !isTableList(inner));
  const body = writeTable(path, table, commentOf);
  return hasOwn ? ['', `[${header(path)}]`, ...body] : body;
};

const writeTableList = (path: Path, value: unknown, commentOf: CommentOf): readonly string[] =>
  (Array.isArray(value) ? value : []).flatMap((item: unknown, index) => {
    const at = [...path, index];
    const own = commentOf(at);
    // A comment that is the table's own is not said again behind each of its values.
    const inner: CommentOf = (deeper) => (commentOf(deeper) === own ? undefined : commentOf(deeper));
    return ['', `[[${header(path)}]]${comment(own)}`, ...writeTable(at, isTable(item) ? item : {}, inner)];
  });

const header = (path: Path): string =>
  path
    .filter((part) => typeof part === 'string')
    .map(writeKey)
    .join('.');

const writeKey = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

const writeValue = (path: Path, key: string, value: unknown, commentOf: CommentOf): readonly string[] => {
  const at = [...path, key];
  if (Array.isArray(value) && value.length > 0) {
    const comments = value.map((_, index) => commentOf([...at, index]));
    if (value.length > 1 && comments.some((text) => text !== comments[0])) {
      const items = value.map((item: unknown, index) => `  ${writeScalar(item)},${comment(comments[index])}`);
      return [`${writeKey(key)} = [`, ...items, ']'];
    }
  }
  return [`${writeKey(key)} = ${writeScalar(value)}${comment(commentOf(at))}`];
};

const writeScalar = (value: unknown): string => {
  if (typeof value === 'string') return writeText(value);
  // Without the `_` that the library puts between thousands.
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return TOML.stringify.value(value);
  if (Array.isArray(value)) return `[${value.map(writeScalar).join(', ')}]`;
  throw new TypeError(`no TOML for a ${typeof value}`);
};

/** Several lines as a literal where TOML can hold them so, else in one line with escapes. */
const writeText = (text: string): string =>
  text.includes('\n') && !text.includes("'''") && !text.endsWith("'") && !/[\0-\x08\x0B-\x1F\x7F]/.test(text)
    ? `'''\n${text}'''`
    : TOML.stringify.value(text);

const comment = (text: string | undefined): string =>
  text === undefined ? '' : `  # ${text.replaceAll(/[\0-\x08\x0A-\x1F\x7F]/g, ' ')}`;
