import type { Host } from '../../host/port.ts';

/** Iterates over long work piece by piece and checks for signals before each. Throws `CancelledError` after one. */
export async function* withCheckpoints<T>(host: Pick<Host, 'checkpoint'>, pieces: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await host.checkpoint();
    yield piece;
  }
}
