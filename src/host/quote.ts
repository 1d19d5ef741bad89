import { isPrintable, printable } from '../printable.ts';
import { redactText } from '../redact.ts';

const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Quotes an argv for a shell, so that a printed command can be pasted and run. It is always one line: words with
 * control characters use `$'…'` of bash(1) and POSIX.1-2024. Secrets have to be filled in again.
 */
export const quoteCommand = (argv: readonly string[]): string => argv.map((word) => quoteWord(redactText(word))).join(' ');

function quoteWord(word: string): string {
  if (PLAIN.test(word)) return word;
  if (isPrintable(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${printable(word.replaceAll(/['\\]/g, '\\$&'))}'`;
}
