import { printable, printableJson } from '../printable.ts';

/** What a person reads, one line an element. A line break inside an element is data, and printed escaped. */
export type Lines = readonly string[];

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/**
 * These three are all that writes to the terminal, besides listr2 and the help of oclif: names and texts of foreign
 * images, packages and programs are in what they are given, and nothing in them may steer a terminal or pass for
 * another line. Colours would be added here, behind the escaping.
 */
export const printLines = (lines: Lines, to: Output = process.stdout): void =>
  void to.write(lines.map((line) => `${printable(line)}\n`).join(''));

/** One JSON value, the same for people and programs: valid JSON without a character that a terminal would obey. */
export const printJson = (value: unknown, to: Output = process.stdout): void =>
  void to.write(`${printableJson(JSON.stringify(value, undefined, 2))}\n`);

/** A file's content: byte by byte into a file or pipe, escaped on a terminal, all but line breaks and tabs. */
export const printDocument = (text: string, to: Output = process.stdout): void =>
  void to.write(`${(to.isTTY ? text.replaceAll(/[^\n\t]+/g, printable) : text).trimEnd()}\n`);

/**
 * Waits until all that was printed is written, or cannot be. Not by the flush() of oclif, which waits for ever where
 * nobody takes it.
 */
export const printed = (to: Output = process.stdout): Promise<void> => new Promise((resolve) => void to.write('', () => resolve()));
