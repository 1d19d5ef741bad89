import type { Problem } from '../errors.ts';

/** Files named for each code. If a distribution is built for a higher level than declared, all its files are concerned. */
const MOST_NAMED = 10;

/** A file that needs a level above the limit for it. */
export interface FileAboveLimit extends Required<Pick<Problem, 'code' | 'hint'>> {
  /** Its path and its package, for people. */
  readonly file: string;
  /** What it needs and what the limit is, for people: `x86-64-v3; the image is declared x86-64-v2`. */
  readonly needs: string;
}

/**
 * A problem for each file, sorted by file. For each code, only the first ten files are named; one more problem gives
 * the number of the others. `elf` is the number of files that were judged.
 */
export function nameSome(files: readonly FileAboveLimit[], elf: number): readonly Problem[] {
  const sorted = files.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  return [...Map.groupBy(sorted, ({ code }) => code)].flatMap(([code, same]) => {
    const named = same.slice(0, MOST_NAMED).map(({ file, needs, hint }): Problem => ({ code, message: `${file} needs ${needs}`, hint }));
    const [first] = same;
    if (first === undefined || same.length <= MOST_NAMED) return named;
    const rest: Problem = {
      code,
      message: `${same.length - MOST_NAMED} more files, ${same.length} of ${elf} ELF files in all, need ${sharedNeed(same)}`,
      hint: same.length * 2 > elf && code === 'audit-above-level' ? FLOOR : first.hint,
    };
    return [...named, rest];
  });
}

const FLOOR = 'most files need it, so the distribution is built for that level: declare it with `level`, or take a distribution built for less';

/** What all of the files need, or that they differ. */
const sharedNeed = ([first, ...others]: readonly FileAboveLimit[]): string =>
  (first !== undefined && others.every(({ needs }) => needs === first.needs) ? first.needs : 'more than is declared');
