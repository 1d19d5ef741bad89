import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { HewError } from '../errors.ts';
import { lockFile, type FileLock } from './file-lock.ts';

/** What one process of hew has in the cache folder for itself. */
export interface CacheSession {
  /** Whether anything can be kept there. */
  readonly isWritable: boolean;
  /**
   * A new folder whose name begins so. Nobody else removes it while this process lives, and it is gone when it ends.
   * It lies on the file system of what is kept. Throws where the cache folder is read-only.
   */
  makeFolder(prefix: string): string;
  /** Whether no other process uses the cache folder; then none can begin to before the session is closed. */
  tryExclusive(): boolean;
  close(): void;
}

/** Where sessions have their folders: each with a lock file beside it, that the living process holds. */
const SESSIONS = 'sessions';

/**
 * Opens a session. It waits while another process removes parts of the cache. Folders of processes that were killed
 * are removed: their locks can be taken. Process ids are no part of this, since containers that share a cache folder
 * have the same ones.
 */
export function openSession(cache: string): CacheSession {
  const inUse = isWritable(cache) ? lockFile(join(cache, 'lock'), { how: 'shared', wait: true }) : undefined;
  const sessions = join(cache, SESSIONS);
  let own: { readonly folder: string; readonly lock: FileLock } | undefined;
  removeAbandoned(sessions);
  return {
    isWritable: isWritable(cache),
    makeFolder: (prefix) => {
      own ??= makeOwn(sessions);
      return mkdtempSync(join(own.folder, `${prefix}-`));
    },
    tryExclusive: () => inUse?.tryExclusive() === true,
    close: () => {
      if (own !== undefined) remove(own.folder, own.lock);
      own = undefined;
      inUse?.release();
    },
  };
}

function isWritable(cache: string): boolean {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The lock comes first: a folder that has none would be taken for abandoned. */
function makeOwn(sessions: string): { readonly folder: string; readonly lock: FileLock } {
  mkdirSync(sessions, { recursive: true });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const folder = join(sessions, randomBytes(6).toString('hex'));
    const lock = lockFile(lockOf(folder), { how: 'exclusive', wait: false, create: true });
    if (lock === undefined) continue;
    if (lock.isRemoved()) {
      lock.release();
      continue;
    }
    // Nobody else may come by: a root holds set-user-ID programs, which here would be those of whoever builds.
    mkdirSync(folder, { mode: 0o700 });
    return { folder, lock };
  }
  throw new HewError({
    code: 'no-locks',
    message: `no file below ${sessions} can be locked`,
    hint: 'name a folder on a file system with locks (flock(2)) by HEW_CACHE',
  });
}

/** Another process may look for abandoned folders between the making of a lock file and its locking. */
const ATTEMPTS = 20;

const ENDING = '.lock';
const lockOf = (folder: string): string => `${folder}${ENDING}`;

function removeAbandoned(sessions: string): void {
  for (const name of list(sessions).filter((entry) => entry.endsWith(ENDING))) {
    const folder = join(sessions, name.slice(0, -ENDING.length));
    const lock = lockFile(lockOf(folder), { how: 'exclusive', wait: false });
    if (lock !== undefined) remove(folder, lock);
  }
}

function remove(folder: string, lock: FileLock): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    rmSync(lockOf(folder), { force: true });
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
