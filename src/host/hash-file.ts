import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Digest } from '../digest.ts';
import type { HashJob } from './hash-thread.ts';
import type { Extent } from './port.ts';

/** The module of the thread is in this folder, bundled or not; the bundler keeps it as a file of its own (bin/bundle.js). */
const THREAD = new URL(`../host/hash-thread${extname(import.meta.url)}`, import.meta.url);

/** `HostFiles.sha256`. */
export const sha256 = (path: string, extents: readonly Extent[], signal?: AbortSignal): Promise<string> =>
  inThread<string>({ kind: 'extents', path, extents }, path, signal);

/** `HostFiles.digestFiles`. */
export const digestFiles = (paths: readonly string[]): Promise<readonly string[]> =>
  paths.length === 0 ? Promise.resolve([]) : inThread({ kind: 'files', paths }, paths[0] ?? '');

/** `HostFiles.digestTree`. */
export const digestTree = (root: string, depth: number): Promise<Readonly<Record<string, Digest>>> =>
  inThread({ kind: 'tree', root, depth }, root);

/** Hashing gigabytes takes seconds; meanwhile the terminal, a cancel signal and other work must get their turn. */
const inThread = <T>(workerData: HashJob, what: string, signal?: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const thread = new Worker(THREAD, { workerData });
    const stop = (): void => void thread.terminate();
    signal?.addEventListener('abort', stop, { once: true });
    thread.once('message', resolve);
    thread.once('error', reject);
    // Has no effect if one of the two above came first.
    thread.once('exit', () => {
      signal?.removeEventListener('abort', stop);
      reject(signal?.reason ?? new Error(`the thread that hashed ${what} ended early`));
    });
  });
