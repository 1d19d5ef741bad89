import fc from 'fast-check';
import { expect, it } from 'vitest';

import { readLicense } from '../../src/evidence/license.ts';

it('a licence field is never lost and never takes long or deep', () => {
  expect(readLicense(' ').expression).toBeUndefined();
  expect(readLicense('('.repeat(1_000_000)).standard).toBe(false);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (field) => {
      const { expression, references } = readLicense(field);
      expect(expression === undefined).toBe(field.trim() === '');
      expect(references.every(({ id }) => /^LicenseRef-[A-Za-z0-9.-]+$/.test(id))).toBe(true);
    }),
  );
});

it('a licence field reads the same again', () => {
  const name = fc.constantFrom('MIT', 'Zlib', 'ISC', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-A');
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, name, fc.tuple(tie('tree'), fc.constantFrom('AND', 'or'), tie('tree')).map(([a, word, b]) => `(${a}) ${word} (${b})`)),
  }));
  fc.assert(
    fc.property(tree, (field) => {
      const { expression = '' } = readLicense(field);
      expect(readLicense(expression).expression).toBe(expression);
      expect(truth(expression)).toEqual(truth(field));
    }),
  );
});

/** What an expression says of each choice of licences: dropping parentheses must not change it. */
function truth(expression: string): readonly boolean[] {
  const names = ['MIT', 'Zlib', 'ISC', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-A'];
  return Array.from({ length: 2 ** names.length }, (_, choice) => {
    let logic = expression;
    for (const [index, name] of names.entries()) logic = logic.replaceAll(name, ((choice >> index) & 1) === 1 ? 'T' : 'F');
    return evaluate(logic.replaceAll(/ and /gi, '&').replaceAll(/ or /gi, '|'));
  });
}

function evaluate(logic: string): boolean {
  let text = logic;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replaceAll(/\(([TF])\)/g, '$1');
    if (text === before) text = text.replaceAll(/([TF])&([TF])/g, (_, a: string, b: string) => (a === 'T' && b === 'T' ? 'T' : 'F'));
    if (text === before) text = text.replace(/(?<!&)([TF])\|([TF])(?!&)/, (_, a: string, b: string) => (a === 'T' || b === 'T' ? 'T' : 'F'));
  }
  expect(text).toMatch(/^[TF]$/);
  return text === 'T';
}
