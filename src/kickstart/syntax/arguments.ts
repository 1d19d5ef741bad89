import { didYouMean } from '../../definition/nearest.ts';
import type { OptionRow } from '../commands/row.ts';

/** One option as it was used. */
export interface UsedOption {
  readonly option: OptionRow;
  /** As it was written: an alias, an abbreviation. */
  readonly spelled: string;
  readonly value: string;
}

/** The words of a command, taken apart. Names are the current ones, whatever alias was written. */
export interface Arguments {
  readonly words: readonly string[];
  readonly used: readonly UsedOption[];
  readonly problems: readonly ArgumentProblem[];
  readonly has: (name: string) => boolean;
  /** The last value given. */
  readonly text: (name: string) => string | undefined;
  /** The last list given, cut at commas, without empty parts: what pykickstart's `commaSplit` gives. */
  readonly list: (name: string) => readonly string[] | undefined;
  readonly integer: (name: string) => number | undefined;
  readonly boolean: (name: string) => boolean | undefined;
}

export interface ArgumentProblem {
  readonly message: string;
  readonly hint?: string;
}

/**
 * Takes options apart by the rules of Python's argparse, which pykickstart uses: `--a=b`, `--a b`, unambiguous
 * abbreviations, and no value that begins with a dash unless it holds a space or is a negative number.
 * https://docs.python.org/3/library/argparse.html
 */
export const readArguments = (
  given: readonly string[],
  options: readonly OptionRow[],
  limit: { readonly minimum: number; readonly maximum: number },
): Arguments => {
  const words: string[] = [];
  const used: UsedOption[] = [];
  const problems: ArgumentProblem[] = [];
  for (let index = 0; index < given.length; index += 1) {
    const word = given[index] ?? '';
    if (word === '--') {
      words.push(...given.slice(index + 1));
      break;
    }
    if (!looksLikeOption(word)) {
      words.push(word);
      continue;
    }
    const [spelled, inline] = cutAtEquals(word);
    const option = findOption(spelled, options);
    if (typeof option === 'string') {
      problems.push(unknownOption(option, spelled, options));
    } else if (option.takes === 'nothing') {
      if (inline !== undefined)
        problems.push({ message: `${spelled} takes no value`, hint: `Write ${spelled} alone.` });
      used.push({ option, spelled, value: '' });
    } else {
      const next = given[index + 1];
      const separate = inline === undefined && next !== undefined && !looksLikeOption(next) && next !== '--';
      const value = inline ?? (separate ? next : undefined);
      if (separate) index += 1;
      if (value === undefined) problems.push({ message: `${spelled} needs a value`, hint: `Write ${spelled}=VALUE.` });
      else {
        used.push({ option, spelled, value });
        const problem = judgeValue(option, spelled, value);
        if (problem !== undefined) problems.push(problem);
      }
    }
  }
  problems.push(...judgeWords(words, limit));
  return { words, used, problems, ...accessors(used) };
};

const looksLikeOption = (word: string): boolean =>
  word.startsWith('-') &&
  word.length > 1 &&
  !/^-\d+$|^-\d*\.\d+$/.test(word) &&
  !(/ /.test(word) && !/^--[\w-]+=/.test(word));

const cutAtEquals = (word: string): readonly [string, string?] => {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
};

const findOption = (spelled: string, options: readonly OptionRow[]): OptionRow | 'unknown' | 'ambiguous' => {
  const exact = options.find(({ names }) => names.includes(spelled));
  if (exact !== undefined) return exact;
  if (spelled.length < 3) return 'unknown';
  const near = options.filter(({ names }) => names.some((name) => name.startsWith(spelled)));
  if (near.length > 1) return 'ambiguous';
  return near[0] ?? 'unknown';
};

const unknownOption = (
  kind: 'unknown' | 'ambiguous',
  spelled: string,
  options: readonly OptionRow[],
): ArgumentProblem => {
  const names = options.flatMap((option) => option.names);
  if (kind === 'ambiguous') {
    const matching = names.filter((name) => name.startsWith(spelled)).join(', ');
    return { message: `${spelled} could be any of ${matching}`, hint: 'Write the option in full.' };
  }
  const guess = didYouMean(spelled, names);
  return { message: `there is no option ${spelled}`, hint: guess ?? 'Remove it.' };
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['on', 'yes', 'true', '1'].map((word) => [word, true] as const),
  ...['off', 'no', 'false', '0'].map((word) => [word, false] as const),
]);

const judgeValue = ({ takes }: OptionRow, spelled: string, value: string): ArgumentProblem | undefined => {
  // A placeholder has a rule of its own, which names it.
  if (/[{$@]/.test(value)) return undefined;
  if (takes === 'integer' && !/^[+-]?\d+$/.test(value)) {
    return { message: `${spelled} needs a whole number, not "${value}"`, hint: `Write ${spelled}=NUMBER.` };
  }
  if (takes === 'boolean' && !BOOLEANS.has(value.toLowerCase())) {
    return { message: `${spelled} needs yes or no, not "${value}"`, hint: `Write ${spelled}=yes or ${spelled}=no.` };
  }
  return undefined;
};

const judgeWords = (
  words: readonly string[],
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): readonly ArgumentProblem[] => {
  if (words.length < minimum) return [{ message: 'it needs a value', hint: 'Write the value after the command.' }];
  if (words.length <= maximum) return [];
  const extra = words
    .slice(maximum)
    .map((word) => `"${word}"`)
    .join(', ');
  return [{ message: `nothing is known of ${extra}`, hint: 'Remove it, or quote values that hold spaces.' }];
};

const accessors = (used: readonly UsedOption[]): Pick<Arguments, 'has' | 'text' | 'list' | 'integer' | 'boolean'> => {
  const text = (name: string): string | undefined => used.findLast(({ option }) => option.names.includes(name))?.value;
  return {
    has: (name) => used.some(({ option }) => option.names.includes(name)),
    text,
    list: (name) =>
      text(name)
        ?.split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    integer: (name) => {
      const value = text(name);
      return value !== undefined && /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
    },
    boolean: (name) => BOOLEANS.get(text(name)?.toLowerCase() ?? ''),
  };
};
