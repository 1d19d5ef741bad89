import type { Host } from '../../host/port.ts';

/** What takes its time piece by piece, with a chance for signals before each. Throws `CancelledError` once there was one. */
export async function* withCheckpoints<T>(host: Pick<Host, 'checkpoint'>, pieces: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  for await (const piece of pieces) {
    await host.checkpoint();
    yield piece;
  }
}
