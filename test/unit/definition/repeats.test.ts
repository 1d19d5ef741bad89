import { describe, expect, it } from 'vitest';

import { repeatsOf } from '../../../src/definition/rules/repeats.ts';

describe('repeatsOf', () => {
  it('tells of each item the first one with its key', () => {
    expect([...repeatsOf(['a', 'b', 'A', 'c', 'a', 'B'], (text) => text.toLowerCase())]).toEqual([[2, 0], [4, 0], [5, 1]]);
  });

  it('has no repeat of what has no key', () => {
    expect(repeatsOf([{}, {}, { uid: 0 }, { uid: 0 }], ({ uid }: { uid?: number }) => uid)).toEqual(new Map([[3, 2]]));
  });
});
