import { CancelledError } from '../errors.ts';
import type { Consume, Feed } from './port.ts';
import { finish, startProcess, type ProcessRequest } from './process.ts';

/** Milliseconds for a program to exit after it has closed its output, when nobody could use that output. */
const ENDING = 2_000;

/** `Host.piped` for a program of this machine. */
export async function pipeProcess<T>(request: ProcessRequest, consume: Consume<T>, feed?: Feed): Promise<T> {
  const giveUp = new AbortController();
  const signal = AbortSignal.any([request.signal, giveUp.signal]);
  const { child } = await startProcess({ ...request, signal }, {
    stdin: feed === undefined ? 'ignore' : 'pipe',
    buffer: { stdout: false, stderr: true },
  });
  const { stdin, stdout } = child;
  // Otherwise a writer would wait for a cancelled reader, and hew for the writer.
  signal.addEventListener('abort', () => void (stdout.destroy(), stdin?.destroy()), { once: true });
  // A program that exits early closes its input; its exit status says why.
  stdin?.on('error', () => undefined);

  let cause: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    cause ??= { error };
    giveUp.abort();
  };
  const consuming = settle(consume(stdout), (error) => {
    if (!stdout.readableEnded) return fail(error);
    // A program that has closed its output is about to exit, and its status may say why the output was useless.
    const stuck = setTimeout(() => fail(error), ENDING);
    void child.finally(() => clearTimeout(stuck));
  });
  const feeding = settle(feed === undefined || stdin === null ? undefined : feed(stdin), (error) => {
    if (!isClosedPipe(error)) fail(error);
  });
  const [consumed, fed, ending] = await Promise.all([consuming, feeding, child]);

  if (request.signal.aborted) throw new CancelledError();
  if (cause !== undefined) throw cause.error;
  finish(request, ending, [], 'error' in fed);
  if ('error' in consumed) throw consumed.error;
  return (consumed as { readonly value: T }).value;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Waits for work, and reports its failure at once, so that work that depends on it is ended. */
async function settle<T>(work: Promise<T> | undefined, onError: (error: unknown) => void): Promise<Outcome<T | undefined>> {
  try {
    return { value: await work };
  } catch (error) {
    onError(error);
    return { error };
  }
}

/**
 * Errors of a writer when the reader of a pipe is gone. ECANCELED is a pending write when Node saw the program's end
 * and closed the pipe itself.
 */
const isClosedPipe = (error: unknown): boolean =>
  ['EPIPE', 'ECONNRESET', 'ECANCELED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes((error as NodeJS.ErrnoException).code ?? '');
