import { redactText } from '../redact.ts';

const PLAIN = /^[\w@%+=:,./-]+$/;

/** Quotes an argv for a POSIX shell, so that a printed command can be pasted and run; secrets have to be put in again. */
export const quoteCommand = (argv: readonly string[]): string => argv.map((word) => quoteWord(redactText(word))).join(' ');

const quoteWord = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
