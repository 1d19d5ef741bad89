/** What is tried of each distribution, in order. */
export const STAGES = ['mirrors', 'container', 'machine', 'verify', 'boot', 'upgrade'] as const;
export type StageName = (typeof STAGES)[number];

/**
 * How a stage ended. Only `fault` is one of hew or of the distribution's file: `no-mirror` is the mirror's, `not-here`
 * this machine's, which lacks a certificate, a tool or a processor. `left-out` follows another stage that did not pass.
 */
export interface Outcome {
  readonly kind: 'passed' | 'fault' | 'no-mirror' | 'not-here' | 'left-out';
  readonly seconds?: number;
  readonly why?: string;
}

/** All that was found of one distribution. */
export interface Row {
  readonly distro: string;
  readonly stages: Readonly<Record<StageName, Outcome>>;
}

/** What ended the work on a distribution; `passed` where nothing did. */
export const verdictOf = ({ stages }: Row): Outcome =>
  Object.values(stages).find(({ kind }) => kind !== 'passed' && kind !== 'left-out') ?? { kind: 'passed' };

/**
 * Exit status of a run: 1 for a fault; 3 where no distribution passed, because a run that could try nothing must not
 * look like a good one; else 0.
 */
export function exitStatus(rows: readonly Row[]): 0 | 1 | 3 {
  const verdicts = rows.map((row) => verdictOf(row).kind);
  if (verdicts.includes('fault')) return 1;
  return verdicts.includes('passed') ? 0 : 3;
}
