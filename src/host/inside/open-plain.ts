import { constants, fstatSync, openSync, readSync, read as readCallback, closeSync } from 'node:fs';
import { promisify } from 'node:util';

import { HewError } from '../../errors.ts';
import { reopen, walk } from './walk.ts';

/** Bytes of a file that hew reads whole: kernels and GRUB are the largest. */
export const READ_LIMIT = 256 * 1024 * 1024;

/** Bytes of a text. */
export const TEXT_LIMIT = 16 * 1024 * 1024;

const read = promisify(readCallback);

/**
 * Opens a plain file of a root for reading, following links inside the root. Undefined if nothing is there. Throws
 * `HewError` for anything but a plain file, and for more than `limit` bytes: a pipe would block hew forever, and
 * opening a device may have effects.
 */
export const openPlain = (root: string, path: string, { limit = Infinity, follow = true } = {}): number | undefined =>
  walk(root, path, { follow }, ({ entry, stats, parts }) => {
    if (entry === undefined || stats === undefined) return undefined;
    if (!stats.isFile()) throw notPlain(parts);
    if (stats.size > limit) throw tooLarge(parts, stats.size, limit);
    return openSync(reopen(entry), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  });

/** The same for facts: undefined for what is not a plain file. One that is too large is there all the same, and refused. */
export function openIfPlain(root: string, path: string, limit: number): number | undefined {
  try {
    return openPlain(root, path, { limit });
  } catch (error) {
    if (error instanceof HewError && error.code !== TOO_LARGE) return undefined;
    throw error;
  }
}

/** The whole content of an open file, which is closed. Bytes beyond the limit that were added since are not read. */
export async function readAll(descriptor: number, limit: number): Promise<Buffer> {
  try {
    const size = Math.min(fstatSync(descriptor).size, limit);
    const bytes = Buffer.allocUnsafe(size);
    let done = 0;
    while (done < size) {
      const count = size <= SMALL ? readSync(descriptor, bytes, done, size - done, done) : (await read(descriptor, bytes, done, size - done, done)).bytesRead;
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes that are read synchronously: faster than a turn through the thread pool. */
const SMALL = 256 * 1024;

const notPlain = (parts: readonly string[]): HewError =>
  new HewError({
    code: 'not-a-file',
    message: `/${parts.join('/')} of the image is not a plain file`,
    hint: 'a package or a script made it; look at it with --keep-root',
  });

const TOO_LARGE = 'file-too-large';

const tooLarge = (parts: readonly string[], size: number, limit: number): HewError =>
  new HewError({
    code: TOO_LARGE,
    message: `/${parts.join('/')} of the image has ${size} bytes; hew reads at most ${limit} of such a file`,
    hint: 'a package or a script made it; look at it with --keep-root',
  });
