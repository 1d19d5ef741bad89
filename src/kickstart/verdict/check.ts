import type { InterpretOptions } from '../apply/command.ts';
import { interpretKickstart } from '../apply/interpret.ts';
import type { KickstartFile } from '../syntax/tree.ts';
import type { Decision, Verdict } from './verdict.ts';

/** What `hew kickstart check` prints. */
export interface KickstartReport {
  readonly file: string;
  readonly verdicts: readonly Verdict[];
  /** Lines by decision. */
  readonly counts: Readonly<Record<Decision, number>>;
  /** Nothing is refused. */
  readonly honoured: boolean;
}

/** A verdict on every line of a file and of what it includes. */
export const checkKickstart = (file: KickstartFile, options: InterpretOptions = {}): KickstartReport => {
  const { verdicts } = interpretKickstart(file, options);
  const counts = { applied: 0, ignored: 0, refused: 0, empty: 0 };
  for (const { decision, lines } of verdicts) counts[decision] += lines;
  return { file: file.path, verdicts, counts, honoured: counts.refused === 0 };
};
