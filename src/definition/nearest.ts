/**
 * The candidates that may have been meant, nearest first: at most a third of the letters differ. Ties are in
 * alphabetical order.
 */
export const nearest = (word: string, candidates: Iterable<string>, atMost = 3): readonly string[] => {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const wanted = word.toLowerCase();
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase(), limit) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, atMost)
    .map(({ candidate }) => candidate);
};

/** ``did you mean `a` or `b`?``; undefined if no name is near. */
export const didYouMean = (word: string, candidates: Iterable<string>): string | undefined => {
  const names = nearest(word, candidates).map((name) => `\`${name}\``);
  return names.length === 0 ? undefined : `did you mean ${listOf(names, 'or')}?`;
};

/** `a, b and c`. */
export const listOf = (words: readonly string[], last: 'and' | 'or'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;

/**
 * Restricted Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbours. More than `limit` is returned as `limit + 1`.
 */
export const editDistance = (a: string, b: string, limit = Number.POSITIVE_INFINITY): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    // A swap of neighbours looks back two rows.
    if (Math.min(...current) > limit && Math.min(...last) > limit) return limit + 1;
    [before, last] = [last, current];
  }
  return Math.min(last[b.length] ?? 0, limit + 1);
};
