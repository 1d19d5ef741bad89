import { HewError } from '../errors.ts';
import { describeError } from './print-error.ts';
import { printLines } from './printer.ts';

const told = new WeakSet<Error>();

/** Whether a failure was told already: oclif throws what its own listener hears. */
export const isOutputFailure = (error: Error): boolean => told.has(error);

/**
 * Keeps hew going when nobody takes what it prints. A reader that closed its pipe, as `head` does, is no failure; any
 * other failure to print results is one, and is told where it still can be.
 */
export function watchOutputs(): void {
  let isTold = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    told.add(error);
    if (error.code === 'EPIPE' || isTold) return;
    isTold = true;
    process.exitCode ??= 1;
    const failure = new HewError({ code: 'output-failed', message: `standard output cannot be written: ${error.message}`, hint: 'name another file or pipe' });
    printLines(describeError(failure), process.stderr);
  });
  process.stderr.on('error', () => undefined);
}
