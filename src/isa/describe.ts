import type { Detection } from './detect.ts';
import { compareLevels, glibcLevel, levels, type ExplainedFlag, type FlagStatus, type Level } from './levels.ts';

/** One line of the table of `hew cpu`. */
export interface DetectionRow {
  readonly level: Level;
  readonly flag: string;
  /** The name in `/proc/cpuinfo`. */
  readonly cpuinfo: string;
  readonly status: FlagStatus;
  /** The reason why the flag does not count; empty if it counts. */
  readonly why: string;
}

/**
 * The content of `hew cpu`: every flag of every level, and in `nextLevel` a sentence that says why the level is not
 * higher.
 */
export const describeDetection = (
  detection: Detection,
): { readonly rows: readonly DetectionRow[]; readonly summary: string; readonly nextLevel: string | undefined } => ({
  rows: detection.flags.map(toRow),
  summary: summaryOf(detection),
  nextLevel: nextLevelOf(detection),
});

const toRow = (flag: ExplainedFlag): DetectionRow => ({
  level: flag.level,
  flag: flag.name,
  cpuinfo: flag.cpuinfo.join(' or '),
  status: flag.status,
  why:
    flag.status === 'present'
      ? ''
      : flag.status === 'missing'
        ? 'not offered by the processor, or masked'
        : `needs ${flag.needs.join(' and ')}, which is masked or not enabled`,
});

const summaryOf = ({ architecture, level, model }: Detection): string => {
  if (architecture !== 'x86_64') return `${model}: ${architecture}, which has no levels`;
  return `${model}: ${level === undefined ? 'x86_64, level unknown' : glibcLevel(level)}`;
};

const nextLevelOf = ({ flags, level }: Detection): string | undefined => {
  if (flags.length === 0 || level === 'v4') return undefined;
  const next = levels[level === undefined ? 0 : levels.indexOf(level) + 1] ?? 'v4';
  const lacking = flags.filter((flag) => flag.status !== 'present' && compareLevels(flag.level, next) <= 0);
  if (lacking.length === 0) return `Not ${glibcLevel(next)}: glibc does not offer it on this machine.`;
  return `Not ${glibcLevel(next)}: ${lacking.map(({ cpuinfo }) => cpuinfo[0]).join(', ')}.`;
};
