import { spawnSync } from 'node:child_process';

/**
 * Locks an open file or folder by flock(2); false if another process holds the lock, or the file system has no locks.
 * The lock lasts until the descriptor is closed, at the latest when this process ends, by any signal. Node has no call
 * for it: flock(1) locks the descriptor that it inherits, and this process keeps holding it.
 */
export const flock = (file: number, how: 'shared' | 'exclusive', wait: boolean): boolean =>
  spawnSync('flock', [`--${how}`, ...(wait ? [] : ['--nonblock']), '3'], { stdio: ['ignore', 'ignore', 'ignore', file] }).status === 0;
