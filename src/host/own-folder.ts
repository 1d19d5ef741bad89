import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { lockFile, type FileLock } from './file-lock.ts';

/** A folder of one process. Nobody else removes it while the process lives. */
export interface OwnFolder {
  readonly path: string;
  remove(): void;
}

/**
 * Makes a folder below `parent`, with a lock file beside it that this process holds. The lock comes first: a folder
 * without one looks abandoned. Names hold no process ids, because containers that share a folder may have equal ones.
 * Throws `HewError` if nothing can be locked.
 */
export function makeOwnFolder(parent: string): OwnFolder {
  mkdirSync(parent, { recursive: true });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const path = join(parent, randomBytes(6).toString('hex'));
    const lock = lockFile(lockOf(path), { how: 'exclusive', wait: false, create: true });
    if (lock === undefined) continue;
    if (lock.isRemoved()) {
      lock.release();
      continue;
    }
    // No access for others: a root holds set-user-ID programs, which would run as the user who builds.
    mkdirSync(path, { mode: 0o700 });
    return { path, remove: () => remove(path, lock) };
  }
  throw new HewError({
    code: 'no-locks',
    message: `no file below ${parent} can be made and locked`,
    hint: 'name a folder on a file system with room and with locks (flock(2)) by HEW_CACHE',
  });
}

/** Another process may look for abandoned folders between creating and locking a lock file. */
const ATTEMPTS = 20;

/** Removes folders of dead processes: their locks can be taken. */
export function removeAbandoned(parent: string): void {
  for (const name of list(parent).filter((entry) => entry.endsWith(ENDING))) {
    const path = join(parent, name.slice(0, -ENDING.length));
    const lock = lockFile(lockOf(path), { how: 'exclusive', wait: false });
    if (lock !== undefined) remove(path, lock);
  }
}

const ENDING = '.lock';
const lockOf = (path: string): string => `${path}${ENDING}`;

function remove(path: string, lock: FileLock): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    rmSync(lockOf(path), { force: true });
  } catch {
    // The next process tries again.
  } finally {
    lock.release();
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
