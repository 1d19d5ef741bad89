import { closeSync, constants, fstatSync, openSync } from 'node:fs';

import { flock } from './flock.ts';

/** A lock of flock(2) on a file. It belongs to this process and ends with it, by whatever signal, in any namespace. */
export interface FileLock {
  /** Makes it exclusive; false where another process holds it too. */
  tryExclusive(): boolean;
  /** Whether its file was removed, and the lock with it is worth nothing. */
  isRemoved(): boolean;
  release(): void;
}

export interface LockOptions {
  readonly how: 'shared' | 'exclusive';
  /** Whether to wait while another process holds the lock. */
  readonly wait: boolean;
  /** Whether the file must be new: it fails where it is there. */
  readonly create?: boolean;
}

/**
 * Locks a file, which is made where it is not there. Undefined where another process has the lock, where the file can
 * be neither opened nor made, and where its file system has no locks.
 */
export function lockFile(path: string, { how, wait, create = false }: LockOptions): FileLock | undefined {
  const file = open(path, create);
  if (file === undefined) return undefined;
  if (flock(file, how, wait)) {
    return {
      tryExclusive: () => flock(file, 'exclusive', false),
      isRemoved: () => fstatSync(file).nlink === 0,
      release: () => closeSync(file),
    };
  }
  closeSync(file);
  return undefined;
}

function open(path: string, create: boolean): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_NOFOLLOW | (create ? constants.O_EXCL : 0), 0o644);
  } catch {
    return undefined;
  }
}
