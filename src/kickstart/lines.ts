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

/** The line end that most of a file uses: what a generated line of the same file should end in. */
export const usualLineEnd = (lines: readonly Line[]): string => {
  const windows = lines.filter(({ source }) => source.endsWith('\r\n')).length;
  return windows * 2 > lines.length ? '\r\n' : '\n';
};
