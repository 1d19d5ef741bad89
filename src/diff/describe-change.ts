import { formatDelta } from '../format-bytes.ts';
import type { FileAspect, FileChange } from './diff-files.ts';
import type { FileFacts } from './facts.ts';

/** What differs between the two entries of a path: `mode 0644 → 0755, content +10 B`. */
export function describeFileChange(change: FileChange): string {
  const { from, to, aspects } = change;
  if (from === undefined || to === undefined) return growth(change) === 0 ? '' : formatDelta(growth(change));
  return aspects.map((aspect) => ASPECT_TEXT[aspect](from, to)).join(', ');
}

/** Bytes that a change makes the second one larger. */
export const growth = ({ from, to }: FileChange): number => (to?.size ?? 0) - (from?.size ?? 0);

/** The package that a path belongs to; empty for none. */
export const ownerOf = ({ from, to }: FileChange): string => to?.package ?? from?.package ?? '';

const arrow = (from: string | number | undefined, to: string | number | undefined): string =>
  `${from ?? 'none'} → ${to ?? 'none'}`;

const ASPECT_TEXT: Readonly<Record<FileAspect, (from: FileFacts, to: FileFacts) => string>> = {
  kind: (from, to) => arrow(from.kind, to.kind),
  content: (from, to) => (from.size === to.size ? 'content' : `content ${formatDelta((to.size ?? 0) - (from.size ?? 0))}`),
  mode: (from, to) => `mode ${arrow(octal(from.mode), octal(to.mode))}`,
  owner: (from, to) => `owner ${arrow(from.owner, to.owner)}`,
  group: (from, to) => `group ${arrow(from.group, to.group)}`,
  target: (from, to) => `target ${arrow(from.target, to.target)}`,
  attributes: ({ attributes: from = {} }, { attributes: to = {} }) =>
    [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted().filter((name) => from[name] !== to[name])
      .map((name) => `${name} ${arrow(from[name], to[name])}`).join(', '),
  time: (from, to) => `time ${arrow(isoTime(from.time), isoTime(to.time))}`,
};

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** A damaged image may say any time. */
const isoTime = (seconds: number | undefined): string =>
  seconds === undefined || !(Math.abs(seconds) < 8.64e12) ? String(seconds) : new Date(seconds * 1000).toISOString();
