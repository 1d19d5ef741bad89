import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/definition/parse.ts';
import { processorTime } from '../../support/processor-time.ts';

describe('parseFile', () => {
  it('gives the same value for TOML and YAML', () => {
    const toml = parseFile('name = "a"\n[packages]\ninstall = ["x"]\ndocs = true\n', 'a.toml');
    const yaml = parseFile('name: a\npackages:\n  install: [x]\n  docs: true\n', 'a.yaml');
    expect(yaml.value).toEqual(toml.value);
  });

  it('places keys and values of YAML', () => {
    const { positions } = parseFile('name: a\npackages:\n  install:\n    - x\n    - y\n  docs: true\n', 'a.yml');
    expect(positions.ofValue(['packages', 'install', 1])).toEqual({ line: 5, column: 7 });
    expect(positions.ofKey(['packages', 'docs'])).toEqual({ line: 6, column: 3 });
    expect(positions.ofValue(['packages', 'docs'])).toEqual({ line: 6, column: 9 });
  });

  it('places what an alias repeats where it was written', () => {
    const { value, positions } = parseFile('a: &x\n  b: 1\nc: *x\n', 'a.yaml');
    expect(value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(positions.ofValue(['c'])).toEqual({ line: 3, column: 4 });
    expect(positions.ofValue(['c', 'b'])).toEqual({ line: 2, column: 6 });
  });

  it('tells a TOML syntax error with line and column', () => {
    expect(parseFile('a = 1\nb c = 2\n', 'a.toml').problems).toMatchObject([
      { code: 'toml-syntax', place: { file: 'a.toml', line: 2, column: 3 } },
    ]);
  });

  it.each(['a.toml', 'a.yaml'])('passes over the byte order mark of %s', (file) => {
    const text = file === 'a.toml' ? 'a = 1\n' : 'a: 1\n';
    const { value, positions, problems } = parseFile(`\uFEFF${text}`, file);
    expect([value, problems, positions.ofKey(['a'])]).toEqual([parseFile(text, file).value, [], { line: 1, column: 1 }]);
  });

  it('says that a definition is one YAML document', () => {
    expect(parseFile('a: 1\n---\nb: 1\n', 'a.yaml').problems.map(({ message }) => message)).toEqual(['a definition is one YAML document, and another begins here']);
  });

  it('tells every YAML syntax error, and keys that are there twice', () => {
    expect(parseFile('a: 1\na: 2\nb: "x\n', 'a.yaml').problems.map(({ place }) => place?.line)).toEqual([2, 4]);
  });

  it('tells of a key that is defined twice in TOML', () => {
    expect(parseFile('[a]\n[a]\n', 'a.toml').problems).toMatchObject([{ place: { line: 2 } }]);
  });

  it.each([
    ['deep TOML lists', 'a.toml', `a = ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['deep TOML keys', 'a.toml', `${'a.'.repeat(5000)}b = 1`],
    ['deep YAML lists', 'a.yaml', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['aliases that multiply', 'a.yaml', `a0: &a0 [x,x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n},*a${n}]\n`).join('')}`],
    ['an alias of nothing', 'a.yaml', 'a: *b\n'],
    ['two documents', 'a.yaml', 'a: 1\n---\nb: 1\n'],
  ])('survives %s', (_, file, text) => {
    expect(processorTime(() => expect(parseFile(text, file).problems).not.toEqual([]))).toBeLessThan(2000);
  });

  it('keeps a number that fits and refuses to round one that does not', () => {
    expect(parseFile('a = 9007199254740991\nb = 9007199254740993\n', 'a.toml').value).toEqual({ a: 9007199254740991, b: 9007199254740993n });
  });
});
