import type { Place } from '../../errors.ts';

/** One physical line. `text` has no line end; `source` is the text with the line end exactly as it was read. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly source: string;
}

const LINE = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/gy;

/**
 * Cuts text into lines that end in LF, CRLF or a lone CR, as Python's universal newlines do. Joining the sources gives
 * the text again; the last line may have no line end.
 */
export const splitLines = (text: string): readonly Line[] =>
  Array.from(text.matchAll(LINE), ([source], index) => ({
    number: index + 1,
    text: source.replace(/[\r\n]+$/, ''),
    source,
  }));

/** Where the first thing on a line stands, for messages. */
export const placeOnLine = ({ number, text }: Line, file: string): Place & { readonly line: number } => {
  const column = text.search(/[^\s\uFEFF]/) + 1;
  return { file, line: number, ...(column > 0 ? { column } : {}) };
};
