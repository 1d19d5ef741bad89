import { HewError } from '../errors.ts';

type SystemFailure = NodeJS.ErrnoException & { readonly dest?: string };

/**
 * Turns an error of the operating system into a failure that says what to do. Any call may fail this way, on any file
 * system, so they are all handled here. Other errors are returned unchanged.
 */
export function nameFailure(error: unknown): unknown {
  if (error instanceof HewError || !isSystemFailure(error)) return error;
  const { code = '', path, dest, message } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HewError({ code: 'disk-full', message: `no space left: ${dest ?? path ?? message}`, hint: FULL }, { cause: error });
  }
  return new HewError({ code: 'system', message, ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] }) }, { cause: error });
}

/** A failed system call: https://nodejs.org/api/errors.html#class-systemerror */
const isSystemFailure = (error: unknown): error is SystemFailure =>
  error instanceof Error && typeof (error as SystemFailure).errno === 'number' && typeof (error as SystemFailure).syscall === 'string';

const FULL = 'free space there or in the cache folder (`hew cache`), or name another folder with --output';
const WRITABLE = 'check the permissions there, or name other folders: HEW_CACHE for the cache, --output for artifacts';
const HINTS: Readonly<Record<string, string>> = {
  EACCES: WRITABLE, EPERM: WRITABLE, EROFS: WRITABLE,
  EMFILE: 'raise the limit of open files: `ulimit -n`',
  ENFILE: 'the machine has too many files open',
  EIO: 'the disk or network storage failed: see `dmesg`',
};
