// The thread that host/hash-file.ts starts: hashes what `workerData` names and answers with the digests.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readSync, readdirSync, readlinkSync, type Dirent } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import type { Extent } from './port.ts';

/** What to hash: extents of one file, whole files, or everything below a folder. */
export type HashJob =
  | { readonly kind: 'extents'; readonly path: string; readonly extents: readonly Extent[] }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'tree'; readonly root: string; readonly depth: number };

/** Bytes. */
const PIECE = 1024 * 1024;

const [buffer, zeros] = [Buffer.allocUnsafeSlow(PIECE), Buffer.alloc(PIECE)];

function hashExtents(path: string, extents: readonly Extent[]): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const hash = createHash('sha256');
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
  return hash.digest('hex');
}

function hashFile(path: string | Buffer): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const hash = createHash('sha256');
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) hash.update(buffer.subarray(0, count));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** Names are bytes, some not valid UTF-8: as latin1 every byte survives in a string. */
function hashTree(root: string, depth: number): Readonly<Record<string, string>> {
  const hashes = new Map<string, Hash>();
  const visit = (folder: string, group: string): void => {
    const entries = readdirSync(Buffer.from(`${root}${folder}/`, 'latin1'), { withFileTypes: true, encoding: 'latin1' });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      const hash = hashes.get(group) ?? createHash('sha256');
      hashes.set(group, hash.update(`${JSON.stringify(path)} ${describe(Buffer.from(`${root}${path}`, 'latin1'), entry)}\n`));
      if (entry.isDirectory()) visit(path, path.split('/').length - 1 > depth ? group : path);
    }
  };
  visit('', '/');
  return Object.fromEntries([...hashes].map(([group, hash]) => [Buffer.from(group, 'latin1').toString(), `sha256:${hash.digest('hex')}`]));
}

function describe(path: Buffer, entry: Dirent): string {
  const { mode, uid, gid, rdev } = lstatSync(path);
  const content = entry.isFile() ? hashFile(path) : entry.isSymbolicLink() ? readlinkSync(path, 'latin1') : rdev;
  return `${mode} ${uid} ${gid} ${content}`;
}

function answer(job: HashJob): unknown {
  if (job.kind === 'extents') return hashExtents(job.path, job.extents);
  if (job.kind === 'files') return job.paths.map((path) => hashFile(path));
  return hashTree(Buffer.from(job.root).toString('latin1'), job.depth);
}

parentPort?.postMessage(answer(workerData as HashJob));
