import type { Place } from '../../errors.ts';

/** One physical line. `text` has no line end; `source` is the text with the line end exactly as it was read. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly source: string;
}

const LINE = /([^\r\n]*)(?:\r\n|\r|\n)|([^\r\n]+)$/gy;

/**
 * Cuts text into lines that end in LF, CRLF or a lone CR, as Python's universal newlines do. Joining the sources gives
 * the text again; the last line may have no line end.
 */
export const splitLines = (text: string): readonly Line[] =>
  Array.from(text.matchAll(LINE), ([source, ended, last = ''], index) => ({ number: index + 1, text: ended ?? last, source }));

/** Where the first thing on a line stands, for messages. */
export const placeOnLine = ({ number, text }: Line, file: string): Place & { readonly line: number } => {
  const column = text.search(/[^\s\uFEFF]/) + 1;
  return column > 0 ? { file, line: number, column } : { file, line: number };
};
