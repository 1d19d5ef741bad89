import { CancelledError } from '../errors.ts';
import type { Consume, Feed } from './port.ts';
import { finish, startProcess, type ProcessRequest } from './process.ts';

/** Milliseconds that a program may take to end after it has closed its output, when nobody could use that output. */
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
  // Without this a writer would wait for a reader that was cancelled, and hew for the writer.
  signal.addEventListener('abort', () => void (stdout.destroy(), stdin?.destroy()), { once: true });
  // A program that ends early closes its input; why it ended is what counts, and its status tells that.
  stdin?.on('error', () => undefined);

  let cause: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    cause ??= { error };
    giveUp.abort();
  };
  const consuming = settle(consume(stdout), (error) => {
    if (!stdout.readableEnded) return fail(error);
    // A program that has closed its output is at its end, and its status may say why the output was of no use.
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

/** Waits for work, and tells of its failure at once: so that what must not go on without it is ended. */
async function settle<T>(work: Promise<T> | undefined, onError: (error: unknown) => void): Promise<Outcome<T | undefined>> {
  try {
    return { value: await work };
  } catch (error) {
    onError(error);
    return { error };
  }
}

/**
 * What a writer meets when the reader behind a pipe is gone. ECANCELED is a write that still waited when Node saw the
 * program's end and closed the pipe itself.
 */
const isClosedPipe = (error: unknown): boolean =>
  ['EPIPE', 'ECONNRESET', 'ECANCELED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes((error as NodeJS.ErrnoException).code ?? '');
