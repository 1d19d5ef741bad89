import { ownProcess } from '../host/own-process.ts';
import { printable, printableJson } from '../printable.ts';

/** What a person reads, one line per element. A line break inside an element is data and is printed escaped. */
export type Lines = readonly string[];

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/**
 * All output to the terminal goes through these three functions, besides listr2 and oclif's help. Names and texts come
 * from foreign images, packages and programs; escaping keeps them from controlling the terminal or faking a line.
 * Colours belong here, after the escaping.
 */
export const printLines = (lines: Lines, to: Output = ownProcess.stdout): void =>
  void to.write(lines.map((line) => `${printable(line)}\n`).join(''));

/** One JSON value, the same for people and programs: valid JSON without control characters. */
export const printJson = (value: unknown, to: Output = ownProcess.stdout): void =>
  void to.write(`${printableJson(JSON.stringify(value, undefined, 2))}\n`);

/** A file's content: unchanged into a file or pipe; on a terminal escaped, except line breaks and tabs. */
export const printDocument = (text: string, to: Output = ownProcess.stdout): void =>
  void to.write(`${(to.isTTY ? text.replaceAll(/[^\n\t]+/g, printable) : text).trimEnd()}\n`);

/** Waits until all output is written, or cannot be. oclif's flush() is not used: it never returns when the reader is gone. */
export const printed = (to: Output = ownProcess.stdout): Promise<void> => new Promise((resolve) => void to.write('', () => resolve()));
