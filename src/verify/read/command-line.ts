import type { ImageFacts } from '../facts.ts';

export interface CommandLine {
  /** Where it was found. */
  readonly from: string;
  readonly words: readonly string[];
}

/** Kernel command lines of every way in which a disk can boot. */
export const commandLines = ({ boot }: ImageFacts): readonly CommandLine[] =>
  (boot?.entries ?? []).map(({ from, commandLine }) => ({ from, words: splitArguments(commandLine) }));

/** Words of a kernel command line; spaces inside quotes do not split them. */
export const splitArguments = (text: string): readonly string[] => text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];

/** Whether a word is present: `name`, or `name=` with exactly this value. */
export const hasWord = ({ words }: CommandLine, word: string): boolean => words.includes(word);

export const valuesOf = ({ words }: CommandLine, key: string): readonly string[] =>
  words.filter((word) => word.startsWith(`${key}=`)).map((word) => word.slice(key.length + 1).replaceAll('"', ''));
