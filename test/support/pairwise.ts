/** Values of each factor, by its name. */
export type Factors = Readonly<Record<string, readonly string[]>>;

/** One value of each factor. */
export type Row<F extends Factors> = { readonly [K in keyof F]: F[K][number] };

/**
 * Rows in which every two values of different factors occur together at least once, as far as `allowed` lets them.
 * They begin with `first`; each further row is the one that covers most of what is left, so the same factors always
 * give the same rows. It looks at every combination, so it is for a few hundred of them.
 */
export function pairwise<F extends Factors>(
  factors: F, { first = [], allowed = () => true }: { readonly first?: readonly Row<F>[]; readonly allowed?: (row: Row<F>) => boolean } = {},
): readonly Row<F>[] {
  const candidates = combinations(factors).filter(allowed);
  const rows = [...first];
  const open = new Set(candidates.flatMap(pairsOf));
  for (const pair of first.flatMap(pairsOf)) open.delete(pair);
  while (open.size > 0) {
    const gains = candidates.map((row) => pairsOf(row).filter((pair) => open.has(pair)).length);
    const best = candidates[gains.indexOf(Math.max(...gains))];
    if (best === undefined) throw new TypeError('what is open came of a candidate');
    rows.push(best);
    for (const pair of pairsOf(best)) open.delete(pair);
  }
  return rows;
}

/** All pairs of values in a row, each as text. */
export const pairsOf = (row: Readonly<Record<string, string>>): readonly string[] => {
  const values = Object.entries(row).map(([name, value]) => `${name}=${value}`);
  return values.flatMap((a, index) => values.slice(index + 1).map((b) => `${a} ${b}`));
};

/** Every row that can be made, in the order of the factors. */
export const combinations = <F extends Factors>(factors: F): readonly Row<F>[] =>
  Object.entries(factors).reduce<readonly object[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))), [{}],
  ) as readonly Row<F>[];
