import type { Decision, Verdict } from './verdict.ts';

const SEVERITY: Readonly<Record<Decision, number>> = { empty: 0, ignored: 1, applied: 2, refused: 3 };

/**
 * One verdict a line, file by file and in the order of lines. A file that is included twice has its lines once, with
 * the worse of the two verdicts. Lines of a script that follow one another have one verdict.
 */
export const tidyVerdicts = (verdicts: readonly Verdict[]): readonly Verdict[] => {
  const files = new Map<string, Map<number, Verdict>>();
  for (const verdict of verdicts) {
    const lines = files.get(verdict.place.file) ?? new Map<number, Verdict>();
    files.set(verdict.place.file, lines);
    const other = lines.get(verdict.place.line);
    if (other === undefined || SEVERITY[verdict.decision] > SEVERITY[other.decision])
      lines.set(verdict.place.line, verdict);
  }
  return [...files.values()].flatMap((lines) =>
    joinRuns([...lines.values()].toSorted((a, b) => a.place.line - b.place.line)),
  );
};

const joinRuns = (verdicts: readonly Verdict[]): readonly Verdict[] => {
  const runs: { readonly first: Verdict; lines: number }[] = [];
  for (const verdict of verdicts) {
    const run = runs.at(-1);
    if (run !== undefined && continues(run, verdict)) run.lines += verdict.lines;
    else runs.push({ first: verdict, lines: verdict.lines });
  }
  return runs.map(({ first, lines }) => (lines === first.lines ? first : { ...first, lines }));
};

const continues = ({ first: last, lines }: { readonly first: Verdict; readonly lines: number }, next: Verdict): boolean =>
  next.subject.startsWith('%') &&
  next.notes.length === 0 &&
  last.subject === next.subject &&
  last.decision === next.decision &&
  last.reason === next.reason &&
  last.place.line + lines === next.place.line;
