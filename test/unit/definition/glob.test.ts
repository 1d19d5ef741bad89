import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matchesGlob } from '../../../src/definition/glob.ts';
import { processorTime } from '../../support/processor-time.ts';

describe('matchesGlob', () => {
  it.each([
    ['vim', 'vim', true], ['vim', 'vim2', false], ['vi*', 'vim', true], ['*', '', true], ['?', '', false], ['a?c', 'abc', true],
    ['*-doc', 'x-doc-doc', true], ['a*b*c', 'aXbXbc', true], ['a*b*c', 'aXcXb', false], ['a.c', 'abc', false], ['[ab]', 'a', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesGlob(pattern, name)).toBe(expected);
  });

  it('says what a regular expression says', () => {
    const of = (letters: string, length: number) => fc.stringMatching(new RegExp(`^[${letters}]{0,${length}}$`));
    fc.assert(fc.property(of('ab*?', 6), of('ab', 8), (pattern, name) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesGlob(pattern, name)).toBe(expression.test(name));
    }), { numRuns: 2000 });
  });

  it('ends soon for a pattern of many stars', () => {
    expect(processorTime(() => expect(matchesGlob(`${'a*'.repeat(40)}b`, 'a'.repeat(4000))).toBe(false))).toBeLessThan(500);
  });
});
