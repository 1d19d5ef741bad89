import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Extent } from './port.ts';

/** The module of the thread lies here, bundled or not; the bundler keeps it a file of its own (bin/bundle.js). */
const THREAD = new URL(`../host/hash-thread${extname(import.meta.url)}`, import.meta.url);

/** `HostFiles.sha256`: gigabytes take seconds, in which a terminal, a cancel signal and other work want their turn. */
export const sha256 = (path: string, extents: readonly Extent[], signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const thread = new Worker(THREAD, { workerData: { path, extents } });
    const stop = (): void => void thread.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    thread.once('message', resolve);
    thread.once('error', reject);
    // Says nothing where one of the two above was first.
    thread.once('exit', () => {
      signal?.removeEventListener('abort', stop);
      reject(signal?.reason ?? new Error(`the thread that hashed ${path} ended early`));
    });
  });
