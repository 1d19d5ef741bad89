import { posix } from 'node:path';

export { formatBytes, formatDelta } from '../format-bytes.ts';

/** `0.42 s`, `12.3 s`. */
export const formatSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;

/** Columns as wide as their widest cell, two spaces between; the last is not padded. Lines without trailing blanks. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd())
    .join('\n');
}

/** A path as it would be typed here: relative where it lies below the current folder. */
export function formatPathFrom(folder: string, path: string): string {
  const relative = posix.relative(folder, path);
  return relative === '' || relative.startsWith('..') ? path : relative;
}

/** `1 warning`, `2 warnings`, `no warnings`. */
export const formatCount = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count === 0 ? 'no' : count} ${noun}s`;
