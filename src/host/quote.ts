const PLAIN = /^[\w@%+=:,./-]+$/;

/** Quotes an argv for a POSIX shell, so that a printed command can be pasted and run. */
export const quoteCommand = (argv: readonly string[]): string => argv.map(quoteWord).join(' ');

const quoteWord = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
