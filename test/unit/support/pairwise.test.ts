import { describe, expect, it } from 'vitest';

import { combinations, pairsOf, pairwise, type Factors } from '../../support/pairwise.ts';

const SAMPLES: readonly Factors[] = [
  { a: ['1', '2'], b: ['1', '2'], c: ['1', '2'] },
  { a: ['1', '2', '3'], b: ['1', '2', '3'], c: ['1', '2', '3'], d: ['1', '2', '3'] },
  { a: ['1', '2', '3', '4'], b: ['1', '2', '3'], c: ['x', 'y'], d: ['x', 'y'], e: ['x', 'y'], f: ['only'] },
];

const missing = (rows: readonly Readonly<Record<string, string>>[], wanted: readonly Readonly<Record<string, string>>[]): readonly string[] => {
  const covered = new Set(rows.flatMap(pairsOf));
  return [...new Set(wanted.flatMap(pairsOf))].filter((pair) => !covered.has(pair));
};

describe('pairwise', () => {
  it.each(SAMPLES)('covers every pair of %o', (factors) => {
    expect(missing(pairwise(factors), combinations(factors))).toEqual([]);
  });

  it('needs few rows: 4 for three factors of two values, at most 12 for four of three', () => {
    expect(pairwise(SAMPLES[0] ?? {})).toHaveLength(4);
    expect(pairwise(SAMPLES[1] ?? {}).length).toBeLessThanOrEqual(12);
  });

  it('covers every pair that may be, and makes no row that may not', () => {
    const factors = { a: ['1', '2', '3'], b: ['1', '2', '3'], c: ['1', '2'] } as const;
    const allowed = ({ a, b }: { readonly a: string; readonly b: string }): boolean => a !== b;
    const rows = pairwise(factors, { allowed });
    expect(rows.every(allowed)).toBe(true);
    expect(missing(rows, combinations(factors).filter(allowed))).toEqual([]);
  });

  it('begins with the rows given, adds nothing that they cover, and is the same each time', () => {
    const factors = { a: ['1', '2'], b: ['1', '2'] } as const;
    const first = [{ a: '2', b: '2' }] as const;
    const rows = pairwise(factors, { first });
    expect(rows[0]).toEqual(first[0]);
    expect(rows).toHaveLength(4);
    expect(pairwise(factors, { first: combinations(factors) })).toHaveLength(4);
    expect(pairwise(factors, { first })).toEqual(rows);
  });
});
