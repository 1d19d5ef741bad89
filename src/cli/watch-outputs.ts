import { HewError } from '../errors.ts';
import { ownProcess } from '../host/own-process.ts';
import { describeError } from './print-error.ts';
import { printLines } from './printer.ts';

const reported = new WeakSet<Error>();

/** Whether a failure was already reported: oclif throws again what its own listener hears. */
export const isOutputFailure = (error: Error): boolean => reported.has(error);

/**
 * Keeps hew running when nobody reads its output. A reader that closes its pipe, as `head` does, is not a failure; any
 * other failure to write is one, and is reported on standard error.
 */
export function watchOutputs(): void {
  let isTold = false;
  ownProcess.stdout.on('error', (error: NodeJS.ErrnoException) => {
    reported.add(error);
    if (error.code === 'EPIPE' || isTold) return;
    isTold = true;
    ownProcess.status ??= 1;
    const failure = new HewError({ code: 'output-failed', message: `standard output cannot be written: ${error.message}`, hint: 'name another file or pipe' });
    printLines(describeError(failure), ownProcess.stderr);
  });
  ownProcess.stderr.on('error', () => undefined);
}
