import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Problem } from '../errors.ts';
import { toPlain } from './plain.ts';
import { Positions, type Position } from './positions.ts';
import type { ParsedFile } from './parsed-file.ts';
import type { Path } from './types.ts';

/** More aliases in one file are an attack, not a definition. */
const MAX_ALIASES = 100;
/** Beyond this many, a value gets the position of the nearest value around it. */
const MAX_SPOTS = 100_000;

/** Parses one YAML 1.2 document, and returns all of its problems. */
export const parseYaml = (text: string, file: string): ParsedFile => {
  try {
    return parse(text, file);
  } catch (error) {
    const message = `not valid YAML: ${error instanceof Error ? error.message : String(error)}`;
    const problem: Problem = { code: 'yaml-syntax', message, place: { file, line: 1, column: 1 } };
    return { value: undefined, positions: new Positions(), problems: [problem] };
  }
};

const parse = (text: string, file: string): ParsedFile => {
  const lines = new LineCounter();
  // `error`: otherwise the library writes warnings to the terminal.
  const document = parseDocument(text, {
    lineCounter: lines, strict: true, uniqueKeys: true, intAsBigInt: true, logLevel: 'error',
  });
  const at: At = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = [...document.errors, ...document.warnings].map((error): Problem => ({
    code: 'yaml-syntax',
    message: error.code === 'MULTIPLE_DOCS' ? 'a definition is one YAML document, and another begins here'
      : `not valid YAML: ${error.message.split(' at line ')[0]?.replace(/[.:]$/, '') ?? error.code}`,
    place: { file, ...at(error.pos[0]) },
  }));
  if (problems.length > 0) return { value: undefined, positions: new Positions(), problems };
  // Values first: this refuses aliases that expand without limit.
  const value = toPlain(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  return { value, positions: locate(document, at), problems };
};

type At = (offset: number) => Position;

const locate = (document: Document.Parsed, at: At): Positions => {
  const positions = new Positions();
  const open = new Set<Node>();
  let left = MAX_SPOTS;
  const visit = (node: unknown, path: Path, key?: Position): void => {
    left -= 1;
    if (left < 0 || (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node))) return;
    const start = node.range?.[0];
    if (start !== undefined) positions.add(path, { value: at(start), ...(key === undefined ? {} : { key }) });
    // An alias has the position of its use; what is inside has the position of its definition.
    const target = isAlias(node) ? node.resolve(document) : node;
    if (target === undefined || open.has(target)) return;
    open.add(target);
    if (isSeq(target)) for (const [index, item] of target.items.entries()) visit(item, [...path, index]);
    if (isMap(target)) {
      for (const pair of target.items) {
        const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        const offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
        visit(pair.value, [...path, name], offset === undefined ? undefined : at(offset));
      }
    }
    open.delete(target);
  };
  visit(document.contents, []);
  return positions;
};
