import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';

import { HewError } from '../errors.ts';

/** Bytes of a text that hew reads whole. */
export const MOST_TEXT = 64 * 1024 * 1024;

/** Bytes of any other file that hew reads whole. */
export const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Opens a plain file for reading, following links. Throws `HewError` for anything else, and for more than `most` bytes,
 * and the error of open(2). Synchronous and non-blocking: a normal open of a pipe waits for a writer and blocks a
 * thread that nothing can end.
 */
export function openToRead(path: string, most = Infinity): number {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw notPlain(path, stats);
    if (stats.size > most) throw tooLarge(path, stats.size, most);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const notPlain = (path: string, stats: Stats): HewError =>
  new HewError({
    code: 'not-a-file',
    message: `${path} is not a plain file but ${describeKind(stats)}`,
    hint: 'name a plain file, or a link to one',
  });

function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

const tooLarge = (path: string, size: number, most: number): HewError =>
  new HewError({
    code: 'file-too-large',
    message: `${path} has ${size} bytes, and hew reads at most ${most} of such a file`,
    hint: 'name another file',
  });
