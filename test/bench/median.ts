/** Of no values, `NaN`. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Two digits behind the point; `-` where there is nothing. */
export const fixed = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(2));

/** Median, least and most, as cells of a table. */
export const spread = (values: readonly number[]): readonly string[] =>
  [median(values), ...(values.length === 0 ? [Number.NaN, Number.NaN] : [Math.min(...values), Math.max(...values)])].map(fixed);
