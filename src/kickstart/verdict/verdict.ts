import type { Place, Problem } from '../../errors.ts';
import type { SyntaxProblem } from '../syntax/tree.ts';

/** `empty`: a blank line or a comment, which asks for nothing. */
export type Decision = 'applied' | 'ignored' | 'refused' | 'empty';

/** What hew does with some lines of a kickstart file. Every line of every file that was read has exactly one. */
export interface Verdict {
  readonly place: Place & { readonly line: number };
  /** How many lines from there on. */
  readonly lines: number;
  /** The command, section or kind of line: `part`, `%post`, `package`, `comment`. */
  readonly subject: string;
  readonly decision: Decision;
  readonly reason: string;
  /** What to write instead of what was refused. */
  readonly instead?: string;
  /** Things worth knowing that change nothing: deprecated spellings, what hew adds or leaves out. */
  readonly notes: readonly string[];
}

/** Equal for verdicts on the same line. */
export const placeKey = ({ file, line }: Place): string => `${file}:${line ?? 0}`;

/** Where a verdict begins to be made: the lines that it is for. */
export type LineRange = Pick<Verdict, 'place' | 'lines' | 'subject'>;

export const refusedFor = (lines: LineRange, { message, hint }: SyntaxProblem): Verdict => ({
  ...lines,
  decision: 'refused',
  reason: message,
  ...(hint === undefined || hint === '' ? {} : { instead: sentence(hint) }),
  notes: [],
});

const sentence = (text: string): string =>
  text.slice(0, 1).toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? '' : '.');

/** The refusals as problems, for a DefinitionError. */
export const asProblems = (verdicts: readonly Verdict[]): readonly Problem[] =>
  verdicts
    .filter(({ decision }) => decision === 'refused')
    .map(({ place, subject, reason, instead }) => ({
      code: 'kickstart-refused',
      message: `${subject}: ${reason}`,
      place,
      ...(instead === undefined ? {} : { hint: instead }),
    }));
