import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../../src/definition/nearest.ts';
import { formatPath, parsePath } from '../../../src/definition/paths.ts';
import { bytesOf } from '../../../src/definition/index.ts';
import { reason } from '../../../src/schema-words.ts';

describe('editDistance', () => {
  it.each([['', '', 0], ['install', 'instal', 1], ['install', 'isntall', 1], ['abc', 'acbd', 2], ['kitten', 'sitting', 3], ['', 'abc', 3]])(
    'of %j and %j is %i', (a, b, distance) => { expect(editDistance(a, b)).toBe(distance); });

  it('is symmetric, zero only for equal words, and stops at its limit', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(fc.property(word, word, fc.nat(6), (a, b, limit) => {
      const distance = editDistance(a, b);
      expect(editDistance(b, a)).toBe(distance);
      expect(distance === 0).toBe(a === b);
      expect(editDistance(a, b, limit)).toBe(distance <= limit ? distance : limit + 1);
    }));
  });
});

describe('nearest', () => {
  it('gives the nearest first and nothing that is far', () => {
    expect(nearest('instal', ['exclude', 'install', 'instant'])).toEqual(['install', 'instant']);
    expect(didYouMean('hostnam', ['hostname', 'timezone'])).toBe('did you mean `hostname`?');
    expect(didYouMean('zzz', ['hostname'])).toBeUndefined();
  });
});

describe('paths', () => {
  it.each([
    ['system.hostname', ['system', 'hostname']],
    ['files."/etc/motd".content', ['files', '/etc/motd', 'content']],
    ["disk.partitions.'/'.size", ['disk', 'partitions', '/', 'size']],
    ['packages.install[2]', ['packages', 'install', 2]],
  ])('reads %s', (text, path) => { expect(parsePath(text)).toEqual(path); });

  it.each(['', '.a', 'a.', 'a..b', 'a b', 'a=b', '"a', 'a"b"', 'a[x]'])('refuses %j', (text) => { expect(parsePath(text)).toBeUndefined(); });

  it('reads back what it writes', () => {
    const part = fc.oneof(fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !/[\n\r\t\b\f\u0000-\u001F\u2028\u2029]/.test(text)), fc.nat(20));
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 5 }).filter(([first]) => typeof first === 'string'), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }));
  });
});

describe('bytesOf', () => {
  it('knows binary units', () => {
    expect([bytesOf('1KiB'), bytesOf('512MiB'), bytesOf('5GiB')]).toEqual([1024, 536870912, 5368709120]);
    expect(() => bytesOf('5GB')).toThrow(TypeError);
  });
});

describe('a reason', () => {
  it.each(['x', '-', ' ', '…', 'ok', 'because', 'x y', '. . .', 'don’t'])('is not %j', (text) => {
    expect(reason().safeParse(text).success).toBe(false);
  });
  it.each(['A lab.', 'b wins', 'the mirror has none', '署名なし鏡'])('is %j', (text) => {
    expect(reason().safeParse(text).success).toBe(true);
  });
});
