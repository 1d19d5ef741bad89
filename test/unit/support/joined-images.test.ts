import { describe, expect, it } from 'vitest';

import { buildsOf, contentsOf, SETTINGS, WAYS } from '../../support/joined-images.ts';
import { combinations, pairsOf } from '../../support/pairwise.ts';

describe.each(['container', 'vm'] as const)('the table of features that are joined: %s', (kind) => {
  const builds = buildsOf(kind);
  const factors = { ...SETTINGS[kind], ...WAYS };

  it('has every two values of its columns in one build', () => {
    const covered = new Set(builds.flatMap((build) => pairsOf(Object.fromEntries(Object.keys(factors).map((name) => [name, ({ ...build })[name as 'call']])))));
    expect([...new Set(combinations(factors).flatMap(pairsOf))].filter((pair) => !covered.has(pair))).toEqual([]);
  });

  it('builds each content twice at least, and once without what a cache keeps', () => {
    for (const content of contentsOf(kind).keys()) {
      const same = builds.filter((build) => build.content === content);
      expect([same.length > 1, same.some(({ cache }) => cache === 'none')]).toEqual([true, true]);
    }
  });

  it('is short: each build takes seconds', () => {
    expect(builds.length).toBeLessThanOrEqual(12);
  });
});
