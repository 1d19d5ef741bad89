// The thread that host/hash-file.ts starts: hashes what `workerData` names and answers with the digest.
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import type { Extent } from './port.ts';

/** Bytes. */
const PIECE = 1024 * 1024;

const { path, extents } = workerData as { readonly path: string; readonly extents: readonly Extent[] };
const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
const hash = createHash('sha256');
const [buffer, zeros] = [Buffer.allocUnsafeSlow(PIECE), Buffer.alloc(PIECE)];
for (const { start, length, hole } of extents) {
  for (let done = 0; done < length;) {
    const size = Math.min(PIECE, length - done);
    const count = hole ? size : readSync(file, buffer, 0, size, start + done);
    if (count === 0) throw new Error(`${path} ended after ${start + done} bytes while it was hashed`);
    hash.update((hole ? zeros : buffer).subarray(0, count));
    done += count;
  }
}
closeSync(file);
parentPort?.postMessage(hash.digest('hex'));
