import { closeSync, constants, fstatSync, openSync } from 'node:fs';

import { flock } from './flock.ts';

/** A flock(2) lock on a file. It belongs to this process and ends with it, by any signal, in any namespace. */
export interface FileLock {
  /** Makes it exclusive; false if another process holds it too. */
  tryExclusive(): boolean;
  /** Whether its file was removed, which makes the lock worthless. */
  isRemoved(): boolean;
  release(): void;
}

export interface FileLockOptions {
  readonly how: 'shared' | 'exclusive';
  /** Whether to wait while another process holds the lock. */
  readonly wait: boolean;
  /** Whether the file must be new: fails if it exists. */
  readonly create?: boolean;
}

/**
 * Locks a file, and creates it if it does not exist. Undefined if another process has the lock, the file can be neither
 * opened nor created, or its file system has no locks.
 */
export function lockFile(path: string, { how, wait, create = false }: FileLockOptions): FileLock | undefined {
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
