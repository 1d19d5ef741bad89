import { formatPlace, type Place } from '../errors.ts';
import type { KickstartReport, Verdict } from '../kickstart/index.ts';
import type { Lines } from './printer.ts';

/** Verdicts as text: one line each, and below a refused line what to write instead. Blank lines have none. */
export function describeVerdicts(report: KickstartReport, shown: (path: string) => string): Lines {
  const lines = report.verdicts.filter(({ decision }) => decision !== 'empty').flatMap((verdict) => describeVerdict(verdict, shown));
  const { applied, ignored, refused } = report.counts;
  return [...lines, '', `${shown(report.file)}: ${applied} lines applied, ${ignored} ignored, ${refused} refused`];
}

/** What a definition leaves out of a kickstart file, and where it says so; nothing where it holds all of it. */
export function describeRefused(verdicts: readonly Verdict[], definition: string, shown: (path: string) => string): Lines {
  const refused = verdicts.filter(({ decision }) => decision === 'refused');
  if (refused.length === 0) return [];
  const lines = refused.flatMap((verdict) => describeVerdict(verdict, shown));
  return [...lines, '', `${definition} was written without what is refused: its first comment lists it`];
}

const describeVerdict = ({ place, decision, subject, reason, instead, notes }: Verdict, shown: (path: string) => string): Lines => [
  `${formatPlace(shownPlace(place, shown))}: ${decision}: ${subject}${reason === '' ? '' : `: ${reason}`}`,
  ...(instead === undefined ? [] : [`  instead: ${instead}`]),
  ...notes.map((note) => `  note: ${note}`),
];

const shownPlace = (place: Place, shown: (path: string) => string): Place => ({ ...place, file: shown(place.file) });
