import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { HewError } from '../../src/errors.ts';
import { formatLock } from '../../src/packages/lock-format.ts';
import { parseLock } from '../../src/packages/lock-parse.ts';
import { arbitraryLock } from '../unit/packages/samples.ts';

/** What reading a lock throws; undefined if it is read. */
const refusalOf = (input: string): unknown => {
  try {
    parseLock(input, 'web.lock.yaml');
    return undefined;
  } catch (error) {
    return error;
  }
};

it('a lock comes back as it was written', () => {
  fc.assert(
    fc.property(arbitraryLock, (lock) => {
      const text = formatLock(lock);
      const again = parseLock(text, 'x');
      expect(again).toEqual(lock);
      expect(formatLock(again)).toBe(text);
      expect(parseLock(text.replaceAll('\n', '\r\n'), 'x')).toEqual(lock);
    }),
    { numRuns: 80 },
  );
});

it('a damaged lock is read, or refused by a typed error', () => {
  const [lock] = fc.sample(arbitraryLock, { numRuns: 1, seed: 1 });
  if (lock === undefined) throw new TypeError('there is no lock');
  const text = formatLock(lock);
  const damaged = fc.tuple(fc.nat(text.length), fc.nat(60), fc.string({ unit: 'binary', maxLength: 20 }))
    .map(([at, cut, extra]) => text.slice(0, at) + extra + text.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged), (input) => {
      expect([undefined, HewError]).toContain((refusalOf(input) as object | undefined)?.constructor);
    }),
    { numRuns: 300 },
  );
});

const bomb = Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*b${at - 1}, *b${at - 1}]`).join('\n');
it.each([
  ['deep nesting', '['.repeat(50_000), 'lock-syntax'],
  ['aliases that multiply', `b-1: &b-1 [x]\n${bomb}`, 'lock-syntax'],
  ['two hundred thousand conflicts', '<<<<<<< a\n'.repeat(200_000), 'lock-conflict'],
  ['endless text', ' '.repeat(9 * 1024 * 1024), 'lock-too-large'],
  ['nothing', '', 'lock-form'],
])('a lock that is an attack is refused with few problems: %s', (_name, attack, code) => {
  const failure = refusalOf(attack);
  const problems = failure instanceof HewError ? failure.problems : [];
  expect(problems.length).toBeLessThanOrEqual(20);
  expect(problems[0]?.code).toBe(code);
});
