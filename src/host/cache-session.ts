import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { lockFile } from './file-lock.ts';
import { makeOwnFolder, removeAbandoned, type OwnFolder } from './own-folder.ts';

/** What one process of hew has in the cache folder. */
export interface CacheSession {
  /** Whether the cache folder can be written. */
  readonly isWritable: boolean;
  /**
   * A new folder whose name begins like this, removed when the process ends. It is on the file system of the cache.
   * Throws if the cache folder is read-only.
   */
  makeFolder(prefix: string): string;
  /** Whether no other process uses the cache folder; then none can start to before the session is closed. */
  tryExclusive(): boolean;
  close(): void;
}

/** Opens a session. Waits while another process removes parts of the cache, and removes leftovers of killed processes. */
export function openCacheSession(cache: string): CacheSession {
  const isWritable = canWrite(cache);
  const inUse = isWritable ? lockFile(join(cache, 'lock'), { how: 'shared', wait: true }) : undefined;
  const sessions = join(cache, 'sessions');
  if (isWritable) removeAbandoned(sessions);
  let own: OwnFolder | undefined;
  return {
    isWritable,
    makeFolder: (prefix) => mkdtempSync(join((own ??= makeOwnFolder(sessions)).path, `${prefix}-`)),
    tryExclusive: () => inUse?.tryExclusive() === true,
    close: () => {
      own?.remove();
      own = undefined;
      inUse?.release();
    },
  };
}

function canWrite(cache: string): boolean {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
