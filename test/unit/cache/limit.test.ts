import { describe, expect, it } from 'vitest';

import { chooseStale, DEFAULT_SIZE, readLimit } from '../../../src/cache/limit.ts';

const entry = (id: string, bytes: number, lastUse: number) => ({ id, bytes, lastUse });

describe('chooseStale', () => {
  const entries = [entry('new', 40, 3), entry('old', 10, 1), entry('between', 30, 2)];
  it.each([[80, []], [79, ['old']], [70, ['old']], [69, ['old', 'between']], [39, ['old', 'between', 'new']]])(
    'under a limit of %i takes %j: least recently used first', (limit, stale) => expect(chooseStale(entries, limit)).toEqual(stale),
  );
});

describe('HEW_CACHE_SIZE', () => {
  it.each([['512M', 512 * 1024 ** 2], ['10G', 10 * 1024 ** 3], ['1T', 1024 ** 4], ['8K', 8192], ['100', 100], ['', readLimit(DEFAULT_SIZE)], [undefined, 10 * 1024 ** 3]])(
    '%s is %i bytes', (text, bytes) => expect(readLimit(text)).toBe(bytes),
  );
  it.each(['banana', '10 G', '-1', '1.5G', '10GiB,mode=0777', '1e9'])('%s is refused by name', (text) => {
    expect(() => readLimit(text)).toThrow(`HEW_CACHE_SIZE is no size: ${text}`);
  });
});
