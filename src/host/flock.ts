import { spawnSync } from 'node:child_process';

/**
 * Locks an open file or folder by flock(2); false where another process holds it, and where its file system has no
 * locks. The lock lasts until the descriptor is closed, at the latest when this process ends, by whatever signal. Node
 * has no call for it: flock(1) locks what it is handed, and this process goes on holding it.
 */
export const flock = (file: number, how: 'shared' | 'exclusive', wait: boolean): boolean =>
  spawnSync('flock', [`--${how}`, ...(wait ? [] : ['--nonblock']), '3'], { stdio: ['ignore', 'ignore', 'ignore', file] }).status === 0;
