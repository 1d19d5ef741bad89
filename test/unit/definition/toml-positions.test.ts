import TOML from '@iarna/toml';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../src/definition/plain.ts';
import { locateToml } from '../../../src/definition/toml-positions.ts';
import type { Positions } from '../../../src/definition/positions.ts';
import type { Path } from '../../../src/definition/index.ts';

/** The text that stands at a position, to the end of its line. */
const at = (text: string, { line, column }: { line: number; column: number }): string =>
  (text.split('\n')[line - 1] ?? '').slice(column - 1);

const pathsOf = (value: unknown, path: Path = []): readonly Path[] => {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => pathsOf(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
};

describe('locateToml', () => {
  it.each<[string, string, Path, string, string]>([
    ['a plain pair', 'a = 1', ['a'], 'a = 1', '1'],
    ['a key below a comment', '# x = 1 [y]\n\n  x = 2 # x = 3', ['x'], 'x = 2 # x = 3', '2 # x = 3'],
    ['a pair of a table', '[t]\n  a = 1', ['t', 'a'], 'a = 1', '1'],
    ['a table', '\n[ t . u ]', ['t', 'u'], 'u ]', '[ t . u ]'],
    ['a dotted key', 'a . b = 1', ['a', 'b'], 'b = 1', '1'],
    ['the table that a dotted key makes', 'a.b = 1', ['a'], 'a.b = 1', 'a.b = 1'],
    ['the second of an array of tables', '[[x]]\na=1\n[[x]]\na=2', ['x', 1, 'a'], 'a=2', '2'],
    ['a table inside the newest element', '[[x]]\n[[x]]\n[x.y]\nz = 1', ['x', 1, 'y', 'z'], 'z = 1', '1'],
    ['an array in an array of tables', '[[x]]\n[[x.y]]\n[[x.y]]\nz = 1', ['x', 0, 'y', 1, 'z'], 'z = 1', '1'],
    ['an item of a list over several lines', 'a = [ # ]\n  "x",\n\n  "y", ]', ['a', 1], '"y", ]', '"y", ]'],
    ['a list in a list', 'a = [[1, 2], [3]]', ['a', 1, 0], '3]]', '3]]'],
    ['an inline table', 'a = { b = 1, c = { d = "}" } }', ['a', 'c', 'd'], 'd = "}" } }', '"}" } }'],
    ['an inline table in a list', 'a = [{b = 1}, {b = 2}]', ['a', 1, 'b'], 'b = 2}]', '2}]'],
    ['a quoted key', '"a.b" = 1', ['a.b'], '"a.b" = 1', '1'],
    ['a literal key in a header', "['/etc/motd']\nx = 1", ['/etc/motd', 'x'], 'x = 1', '1'],
    ['an escaped key', String.raw`"\u0061\t" = 1`, ['a\t'], String.raw`"\u0061\t" = 1`, '1'],
    ['what follows a multi-line string', 'a = """\nb = 2\n\\""" [c]\n""""\nb = 3', ['b'], 'b = 3', '3'],
    ['what follows a literal multi-line string', "a = '''\nb = 2\\'''\nb = 3", ['b'], 'b = 3', '3'],
    ['what follows a date with a space', 'a = 1979-05-27 07:32:00Z\nb = 3', ['b'], 'b = 3', '3'],
    ['a document with CRLF', 'a = 1\r\n[t]\r\nb = 2\r\n', ['t', 'b'], 'b = 2\r', '2\r'],
  ])('finds %s', (_, text, path, key, value) => {
    const positions = locateToml(text);
    expect(() => TOML.parse(text)).not.toThrow();
    expect([at(text, positions.ofKey(path)), at(text, positions.ofValue(path))]).toEqual([key, value]);
  });

  it('finds every path of any document, at the key and at the value that the parser read', () => {
    fc.assert(fc.property(document, (text) => {
      const value = toPlain(TOML.parse(text));
      const positions = locateToml(text);
      const wrong = pathsOf(value).filter((path) => !isRight(path, value, text, positions));
      expect({ wrong, text }).toEqual({ wrong: [], text });
    }), { numRuns: 300 });
  });

  it('ends on any text whatever', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...Array.from('[]{}=."\'#,\\ \n\ta1-')), maxLength: 80 }), (text) => {
      expect(locateToml(text).has([])).toBe(true);
    }), { numRuns: 2000 });
  });
});

/** Whether what stands at the position can be what the parser read there. */
const isRight = (path: Path, root: unknown, text: string, positions: Positions): boolean => {
  const key = path.at(-1);
  const keyText = at(text, positions.ofKey(path)).replace(/^["']/, '');
  const leaf = path.reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[String(part)], root);
  const valueText = at(text, positions.ofValue(path));
  const isKey = typeof key !== 'string' || keyText.startsWith(key);
  const isValue = typeof leaf === 'string' ? /^["']/.test(valueText)
    : (typeof leaf === 'object' || valueText.startsWith(JSON.stringify(leaf)));
  return positions.has(path) && isKey && isValue;
};

const word = (letters: string, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength, maxLength: 6 });

const key = fc.oneof(
  word('abcde', 1),
  word('ab /.#=[]-', 1).map((text) => `"${text}"`),
  word('ab "#=', 1).map((text) => `'${text}'`),
);

const lineScalar = fc.oneof(
  fc.nat(10_000).map(String),
  fc.boolean().map(String),
  word("ab =#[]{},'").map((text) => `"${text}"`),
  word('ab =#[]{},"').map((text) => `'${text}'`),
);
const scalar = fc.oneof(
  lineScalar,
  word('ab =#[]\n').map((text) => `"""\n${text}"""`),
  word('ab =#[]\n\\').map((text) => `'''${text}'''`),
);

const bare = (text: string): string => text.replaceAll(/["']/g, '');
const gap = fc.constantFrom('', ' ', '\t');
const blank = fc.constantFrom('', ' ', '\n', ' # ] } , "x\n', '\n\n  ');
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(fc.array(item, { maxLength: 3 }), blank, blank).map(([items, a, b]) => `[${a}${items.join(`${b},${a}`)}${b}]`);
const inlineTable = fc.uniqueArray(fc.tuple(key, lineScalar), { maxLength: 3, selector: ([name]) => bare(name) })
  .map((rows) => `{ ${rows.map(([name, inner]) => `${name} = ${inner}`).join(' , ')} }`);
const value = fc.oneof({ weight: 3, arbitrary: scalar }, list(scalar), inlineTable, list(fc.oneof(scalar, list(scalar), inlineTable)));

const pairs = fc.uniqueArray(fc.tuple(key, gap, value, fc.constantFrom('', ' # a = "b"')), { maxLength: 4, selector: ([name]) => bare(name) })
  .map((rows) => rows.map(([name, space, inner, comment]) => `${space}${name}${space}=${space}${inner}${comment}\n`).join(''));

/** Tables get names in capitals, so that they never clash with keys. */
const section = fc.tuple(gap, fc.constantFrom('', 'X', '"Y.Z"'), pairs, fc.nat(3), pairs).map(([space, sub, inside, elements, below]) => (name: string) => {
  if (elements === 0) return `[${space}${name}${sub === '' ? '' : `${space}.${space}${sub}`}${space}]\n${inside}`;
  return `[[${space}${name}${space}]]\n${inside}${sub === '' ? '' : `[${name}.${sub}]\n${below}`}`.repeat(elements);
});

const document = fc.tuple(pairs, fc.array(section, { maxLength: 4 }))
  .map(([top, sections]) => top + sections.map((make, index) => make(`T${index}`)).join('\n'));
