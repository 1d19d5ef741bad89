import type { Definition, Repository } from '../../definition/types.ts';
import { quoteWord } from '../syntax/shlex.ts';

/** A part of a definition that a kickstart file cannot say. */
export interface Omission {
  /** Key path as `formatPath` prints it. */
  readonly path: string;
  readonly reason: string;
}

export interface ExportOptions {
  /** What the file says at its top; a sentence. */
  readonly title?: string;
  /** The resolved repositories, those of the distribution first. The definition's own when left out. */
  readonly repositories?: readonly Repository[];
  /** Gives the text of an input file (`scripts[].run`, `files[].source`) by the path in the definition. */
  readonly readInput?: (path: string) => string | undefined;
}

export interface Exporting {
  readonly definition: Definition;
  readonly options: ExportOptions;
  readonly omit: (path: string, reason: string) => void;
}

type Value = string | number | boolean | readonly string[] | undefined;

/**
 * One line of a kickstart file: `name words… --option=value…`. Absent values and `false` leave the option out, `true`
 * writes a flag, a list is joined by commas and left out when empty.
 */
export const command = (
  name: string,
  words: readonly string[],
  options: Readonly<Record<string, Value>> = {},
): string =>
  [
    name,
    ...words.map(quoteWord),
    ...Object.entries(options).flatMap(([option, value]) => writeOption(option, value)),
  ].join(' ');

const writeOption = (option: string, value: Value): readonly string[] => {
  if (value === undefined || value === false) return [];
  if (value === true) return [option];
  if (typeof value === 'number') return [`${option}=${value}`];
  const text = typeof value === 'string' ? value : value.join(',');
  return typeof value !== 'string' && value.length === 0 ? [] : [`${option}=${quoteWord(text)}`];
};

/** A section with its body, which must end in a line end unless it is empty. */
export const section = (header: string, body: string): string => `${header}\n${body}%end`;
