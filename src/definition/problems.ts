import type { Problem } from '../errors.ts';

/** Problems sorted by file, line and column, each once. */
export const byPlace = (problems: readonly Problem[]): readonly Problem[] => {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([problem.place, problem.code, problem.message]);
    return seen.has(key) ? false : seen.add(key);
  }).toSorted(compare);
};

const compare = (a: Problem, b: Problem): number =>
  compareText(a.place?.file ?? '', b.place?.file ?? '')
  || (a.place?.line ?? 0) - (b.place?.line ?? 0)
  || (a.place?.column ?? 0) - (b.place?.column ?? 0)
  || compareText(a.code, b.code);

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
