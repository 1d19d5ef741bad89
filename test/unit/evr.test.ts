import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEvr, compareVersions, formatEvr, parseEvr } from '../../src/evr.ts';

/** The table of rpm's own rpmvercmp test suite (tests/rpmvercmp.at): left, right, order. */
const table: readonly (readonly [string, string, -1 | 0 | 1])[] = [
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['2.0', '1.0', 1],
  ['2.0.1', '2.0.1', 0],
  ['2.0', '2.0.1', -1],
  ['2.0.1', '2.0', 1],
  ['2.0.1a', '2.0.1a', 0],
  ['2.0.1a', '2.0.1', 1],
  ['2.0.1', '2.0.1a', -1],
  ['5.5p1', '5.5p1', 0],
  ['5.5p1', '5.5p2', -1],
  ['5.5p2', '5.5p1', 1],
  ['5.5p10', '5.5p10', 0],
  ['5.5p1', '5.5p10', -1],
  ['5.5p10', '5.5p1', 1],
  ['10xyz', '10.1xyz', -1],
  ['10.1xyz', '10xyz', 1],
  ['xyz10', 'xyz10', 0],
  ['xyz10', 'xyz10.1', -1],
  ['xyz10.1', 'xyz10', 1],
  ['xyz.4', 'xyz.4', 0],
  ['xyz.4', '8', -1],
  ['8', 'xyz.4', 1],
  ['xyz.4', '2', -1],
  ['2', 'xyz.4', 1],
  ['5.5p2', '5.6p1', -1],
  ['5.6p1', '5.5p2', 1],
  ['5.6p1', '6.5p1', -1],
  ['6.5p1', '5.6p1', 1],
  ['6.0.rc1', '6.0', 1],
  ['6.0', '6.0.rc1', -1],
  ['10b2', '10a1', 1],
  ['10a2', '10b2', -1],
  ['1.0aa', '1.0aa', 0],
  ['1.0a', '1.0aa', -1],
  ['1.0aa', '1.0a', 1],
  ['10.0001', '10.0001', 0],
  ['10.0001', '10.1', 0],
  ['10.1', '10.0001', 0],
  ['10.0001', '10.0039', -1],
  ['10.0039', '10.0001', 1],
  ['4.999.9', '5.0', -1],
  ['5.0', '4.999.9', 1],
  ['20101121', '20101121', 0],
  ['20101121', '20101122', -1],
  ['20101122', '20101121', 1],
  ['2_0', '2_0', 0],
  ['2.0', '2_0', 0],
  ['2_0', '2.0', 0],
  ['a', 'a', 0],
  ['a+', 'a+', 0],
  ['a+', 'a_', 0],
  ['a_', 'a+', 0],
  ['+a', '+a', 0],
  ['+a', '_a', 0],
  ['_a', '+a', 0],
  ['+_', '+_', 0],
  ['_+', '+_', 0],
  ['_+', '_+', 0],
  ['+', '_', 0],
  ['_', '+', 0],
  ['1.0~rc1', '1.0~rc1', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0', '1.0~rc1', 1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~rc2', '1.0~rc1', 1],
  ['1.0~rc1~git123', '1.0~rc1~git123', 0],
  ['1.0~rc1~git123', '1.0~rc1', -1],
  ['1.0~rc1', '1.0~rc1~git123', 1],
  ['1.0^', '1.0^', 0],
  ['1.0^', '1.0', 1],
  ['1.0', '1.0^', -1],
  ['1.0^git1', '1.0^git1', 0],
  ['1.0^git1', '1.0', 1],
  ['1.0', '1.0^git1', -1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git2', '1.0^git1', 1],
  ['1.0^git1', '1.01', -1],
  ['1.01', '1.0^git1', 1],
  ['1.0^20160101', '1.0^20160101', 0],
  ['1.0^20160101', '1.0.1', -1],
  ['1.0.1', '1.0^20160101', 1],
  ['1.0^20160101^git1', '1.0^20160101^git1', 0],
  ['1.0^20160102', '1.0^20160101^git1', 1],
  ['1.0^20160101^git1', '1.0^20160102', -1],
  ['1.0~rc1^git1', '1.0~rc1^git1', 0],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0~rc1', '1.0~rc1^git1', -1],
  ['1.0^git1~pre', '1.0^git1~pre', 0],
  ['1.0^git1', '1.0^git1~pre', 1],
  ['1.0^git1~pre', '1.0^git1', -1],
  // What rpm's suite calls nonsense that must stay as it is.
  ['1b.fc17', '1b.fc17', 0],
  ['1b.fc17', '1.fc17', -1],
  ['1.fc17', '1b.fc17', 1],
  ['1g.fc17', '1g.fc17', 0],
  ['1g.fc17', '1.fc17', 1],
  ['1.fc17', '1g.fc17', -1],
  ['1.1.α', '1.1.α', 0],
  ['1.1.α', '1.1.β', 0],
  ['1.1.β', '1.1.α', 0],
  ['1.1.αα', '1.1.α', 0],
  ['1.1.α', '1.1.ββ', 0],
  ['1.1.ββ', '1.1.αα', 0],
];

describe('compareVersions', () => {
  it.each(table)('%s against %s is %i', (left, right, order) => {
    expect(compareVersions(left, right)).toBe(order);
  });

  it('compares numbers that no double can hold', () => {
    expect(compareVersions('20240101000000000001', '20240101000000000002')).toBe(-1);
    expect(compareVersions('000020240101000000000002', '20240101000000000001')).toBe(1);
  });

  it('turns round when its sides do, and an equal pair stays equal', () => {
    const version = fc.stringMatching(/^[0-9a-c.~^+_]{0,12}$/);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        expect(compareVersions(a, a)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('compareEvr', () => {
  it.each([
    ['1:1.0-1', '2.0-9', 1],
    ['0:1.0-1', '1.0-1', 0],
    [':1.0-1', '1.0-1', 0],
    ['3.2.4-1.azl4', '3.2.4-2.azl4', -1],
    ['3.2.4-10.azl4', '3.2.4-9.azl4', 1],
    ['5.2.26-6.fc43', '5.2.26-6.fc43.1', -1],
    ['1.0~rc1-1', '1.0-0', -1],
    ['1.0^20260101git-1', '1.0-9', 1],
    ['1.0', '1.0-7', 0],
    ['007-1', '7-01', 0],
  ] as const)('%s against %s is %i', (left, right, order) => {
    expect(compareEvr(left, right)).toBe(order);
    expect(compareEvr(right, left) + order).toBe(0);
  });

  it('splits and prints', () => {
    expect(parseEvr('2:1.0~rc1-3.azl4')).toEqual({ epoch: 2, version: '1.0~rc1', release: '3.azl4' });
    expect(parseEvr('1.0')).toEqual({ epoch: 0, version: '1.0' });
    expect(formatEvr(parseEvr('0:1.0-1'))).toBe('1.0-1');
    expect(formatEvr(parseEvr('2:1.0-1'))).toBe('2:1.0-1');
  });
});
