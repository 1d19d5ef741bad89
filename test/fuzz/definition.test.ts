import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadDefinition } from '../../src/definition/index.ts';
import { parseFile } from '../../src/definition/parse.ts';
import { DefinitionError } from '../../src/errors.ts';
import { memory } from '../unit/definition/memory.ts';

const everything = readFileSync(new URL('../unit/definition/everything.toml', import.meta.url), 'utf8');
const GOOD: Readonly<Record<string, readonly string[]>> = {
  'web.toml': everything.split('\n'),
  'web.yaml': stringify(parseFile(everything, 'web.toml').value).split('\n'),
};

/** Lines of a good definition, some left out, some twice, some with a character changed. */
const damaged = (good: readonly string[], assign: RegExp): fc.Arbitrary<string> => fc.array(fc.record({
  line: fc.nat(good.length - 1), at: fc.nat(40), how: fc.constantFrom('drop', 'twice', 'change', 'value'),
  with: fc.constantFrom('"', "'", '[', ']', '{', '=', '.', '#', ' ', '1', '&a', '*a', ':', '- ', '!', '|', '\t', 'a', '\u0000', '🙂'),
  value: fc.constantFrom('1', 'true', '""', '[]', '{}', '[[1]]', '"x"', '{ a = 1 }', '99999999999999999999', 'nan', '1979-05-27'),
}), { minLength: 1, maxLength: 6 }).map((damages) => {
  const lines = [...good];
  for (const { line, at, how, with: letter, value } of damages) {
    const text = lines[line] ?? '';
    if (how === 'drop') lines[line] = '';
    else if (how === 'twice') lines[line] = `${text}\n${text}`;
    else if (how === 'change') lines[line] = text.slice(0, at) + letter + text.slice(at + 1);
    else lines[line] = text.replace(assign, assign.source === '=.*' ? `= ${value}` : `: ${value}`);
  }
  return lines.join('\n');
});

it.each([['web.toml', /=.*/], ['web.yaml', /:.*/]])('a damaged %s loads, or is refused with places in its file', async (file, assign) => {
  await fc.assert(fc.asyncProperty(damaged(GOOD[file] ?? [], assign), async (text) => {
    const error = await loadDefinition(memory({ [`images/${file}`]: text }), 'web').then(() => undefined, (thrown: unknown) => thrown);
    const problems = error instanceof DefinitionError ? error.problems : [];
    expect({ error, isTyped: error === undefined || error instanceof DefinitionError }).toMatchObject({ isTyped: true });
    const strange = problems.filter(({ place, message }) =>
      place?.line === undefined || place.column === undefined || !place.file.endsWith(file) || /undefined|\[object/.test(message));
    expect({ strange, text }).toEqual({ strange: [], text });
  }), { numRuns: 300 });
});

it('a file of any text gives a value or problems', () => {
  fc.assert(fc.property(fc.constantFrom('a.toml', 'a.yaml'), fc.string({ unit: 'binary', maxLength: 60 }), (file, text) => {
    const { value, problems } = parseFile(text, file);
    expect(value === undefined).toBe(problems.length > 0);
  }), { numRuns: 500 });
  fc.assert(fc.property(fc.constantFrom('a.toml', 'a.yaml'), fc.string({ unit: fc.constantFrom(...Array.from('ab:-&*[]{}="\'#|>!%@\\ \n\t1')), maxLength: 60 }), (file, text) => {
    const { value, problems } = parseFile(text, file);
    expect(value === undefined).toBe(problems.length > 0);
  }), { numRuns: 1500 });
});
