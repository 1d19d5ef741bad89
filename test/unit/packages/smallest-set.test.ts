import fc from 'fast-check';
import { expect, it } from 'vitest';

import { smallestSet } from '../../../src/packages/smallest-set.ts';

it('finds a set that is enough and of which nothing can be left out', async () => {
  const instance = fc.integer({ min: 1, max: 40 }).chain((count) =>
    fc.record({
      count: fc.constant(count),
      // Any one of these groups of items is enough.
      ways: fc.array(fc.uniqueArray(fc.nat(count - 1), { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
    }));
  await fc.assert(
    fc.asyncProperty(instance, async ({ count, ways }) => {
      const enough = (chosen: readonly number[]): boolean => ways.some((way) => way.every((item) => chosen.includes(item)));
      const found = await smallestSet(Array.from({ length: count }, (_, index) => index), async (chosen) => enough(chosen));
      expect(enough(found)).toBe(true);
      for (const item of found) expect(enough(found.filter((other) => other !== item))).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it('asks few questions', async () => {
  let asked = 0;
  const found = await smallestSet(Array.from({ length: 1024 }, (_, index) => index), async (chosen) => {
    asked += 1;
    return chosen.includes(700) && chosen.includes(3);
  });
  expect([...found].sort()).toEqual([3, 700]);
  expect(asked).toBeLessThan(50);
  expect(await smallestSet([1, 2, 3], async () => true)).toEqual([]);
});
