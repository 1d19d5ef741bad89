/** What a lexer has read so far. `state` tells whether the last line ended inside something. */
export interface Lexed {
  readonly words: readonly string[];
  readonly state: 'complete' | 'continues' | 'open-quote';
}

export interface Lexer {
  /** Reads one more line, without its line end. */
  readonly feed: (line: string) => Lexed;
}

const WHITESPACE = new Set([' ', '\t', '\r', '\n', '\uFEFF']);

/**
 * Splits commands as Python's `shlex.split(line, comments=True)` does, which is what pykickstart calls: single quotes
 * keep everything, a backslash inside double quotes escapes only `"` and `\`, and `#` starts a comment even in the
 * middle of a word. A backslash at the end of a line joins the next one, as in a shell. Linear in the input.
 * https://docs.python.org/3/library/shlex.html#parsing-rules
 */
export const createLexer = (options: { readonly comments: boolean } = { comments: true }): Lexer => {
  const words: string[] = [];
  let word: string[] | undefined;
  let quote: '"' | "'" | undefined;

  const finishWord = (): void => {
    if (word !== undefined) words.push(word.join(''));
    word = undefined;
  };

  const feed = (line: string): Lexed => {
    for (let index = 0; index < line.length; index += 1) {
      const character = line.charAt(index);
      if (quote === "'") {
        if (character === "'") quote = undefined;
        else word?.push(character);
      } else if (character === '\\') {
        if (index === line.length - 1) return { words, state: 'continues' };
        index += 1;
        const escaped = line.charAt(index);
        const literal = quote === '"' && escaped !== '"' && escaped !== '\\' ? `\\${escaped}` : escaped;
        (word ??= []).push(literal);
      } else if (quote === '"') {
        if (character === '"') quote = undefined;
        else word?.push(character);
      } else if (character === '"' || character === "'") {
        word ??= [];
        quote = character;
      } else if (WHITESPACE.has(character)) {
        finishWord();
      } else if (character === '#' && options.comments) {
        break;
      } else {
        (word ??= []).push(character);
      }
    }
    if (quote !== undefined) return { words, state: 'open-quote' };
    finishWord();
    return { words, state: 'complete' };
  };

  return { feed };
};

/** Splits one line that has no continuation. An open quote ends with the line. */
export const splitWords = (line: string, options?: { readonly comments: boolean }): Lexed =>
  createLexer(options).feed(line);

/** Quotes a word so that `splitWords` reads it back. Bare where nothing in it is special. */
export const quoteWord = (word: string): string =>
  /^[\w@%+=:,./^~[\]{}*?$!<>|&;()-]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
