import { formatTable } from '../../src/cli/format.ts';
import { STAGES, verdictOf, type Outcome, type Row } from './outcome.ts';

const WORDS: Readonly<Record<Outcome['kind'], string>> = {
  passed: 'passed', fault: 'FAULT', 'no-mirror': 'no mirror', 'not-here': 'not on this machine', 'left-out': '-',
};

/** A stage in a cell: its seconds, or how it ended. */
export const describeOutcome = ({ kind, seconds }: Outcome): string =>
  (kind === 'passed' && seconds !== undefined ? `${seconds.toFixed(0)} s` : WORDS[kind]);

/** One row a distribution, then the reason of each that did not pass. */
export function describeRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.distro, ...STAGES.map((stage) => describeOutcome(row.stages[stage])), WORDS[verdictOf(row).kind]]);
  const reasons = rows.flatMap((row) => {
    const { why } = verdictOf(row);
    return why === undefined ? [] : [`${row.distro}: ${why}`];
  });
  return [...formatTable([['distribution', ...STAGES, 'verdict'], ...cells]), ...(reasons.length === 0 ? [] : ['', ...reasons])].map(String).join('\n');
}
