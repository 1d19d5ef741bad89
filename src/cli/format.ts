import { posix } from 'node:path';

import { printable } from '../printable.ts';
import type { Lines } from './printer.ts';

export { formatBytes, formatDelta } from '../format-bytes.ts';

/** `0.42 s`, `12.3 s`. */
export const formatSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;

/** A wider cell shifts the rest of its line: padding every line to a name of 15 MiB would fill the memory. */
const WIDEST = 200;

/** Columns as wide as their widest cell, two spaces apart; the last is not padded. Lines have no trailing spaces. */
export function formatTable(rows: readonly (readonly string[])[]): Lines {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, Math.min(cell.length, WIDEST))));
  return cells.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd());
}

/** Lines indented by two spaces. */
export const indent = (lines: Lines): Lines => lines.map((line) => `  ${line}`);

/** A path as a user would type it: relative where it is below the current folder. */
export function formatPathFrom(folder: string, path: string): string {
  const relative = posix.relative(folder, path);
  return relative === '' || relative.startsWith('..') ? path : relative;
}

/** `1 warning`, `2 warnings`, `no warnings`. */
export const formatCount = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count === 0 ? 'no' : count} ${noun}s`;

/** Blocks that have lines, with an empty line between two. */
export const paragraphs = (parts: readonly Lines[]): Lines =>
  parts.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
