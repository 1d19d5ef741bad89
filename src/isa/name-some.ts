import type { Problem } from '../errors.ts';

/** Files named one by one; a distribution whose every file needs more than the image declares would fill screens. */
const MOST_NAMED = 10;

/**
 * The same problems, of which of each code the first ten stay and one says how many more there are. `elf` is the number
 * of files that were judged.
 */
export function nameSome(problems: readonly Problem[], elf: number): readonly Problem[] {
  return [...Map.groupBy(problems, ({ code }) => code)].flatMap(([code, same]) => {
    const [first] = same;
    if (first === undefined || same.length <= MOST_NAMED) return same;
    const rest: Problem = {
      code,
      message: `${same.length - MOST_NAMED} more files, ${same.length} of ${elf} ELF files in all, ${saidOfAll(same)}`,
      ...(same.length * 2 > elf && code === 'audit-above-level' ? { hint: FLOOR } : first.hint === undefined ? {} : { hint: first.hint }),
    };
    return [...same.slice(0, MOST_NAMED), rest];
  });
}

const FLOOR = 'most files need it, so the distribution is built for that level: declare it with `level`, or take a distribution built for less';

/** What the messages share behind the name of the file, or that they differ. */
const saidOfAll = (problems: readonly Problem[]): string => {
  const said = new Set(problems.map(({ message }) => message.replace(/^.*?\) needs /, 'needs ')));
  return (said.size === 1 ? [...said][0] ?? '' : 'need more than is declared').replace(/^needs /, 'need ');
};
