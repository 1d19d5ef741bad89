import type { Stats } from 'node:fs';

import type { FileKind, FileStatus } from './port.ts';

/** What the port reports about a file. */
export const describeStats = (stats: Stats | undefined): FileStatus | undefined =>
  stats && {
    kind: kindOf(stats),
    size: stats.size,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    mtimeMs: stats.mtimeMs,
    ino: stats.ino,
    dev: stats.dev,
    nlink: stats.nlink,
    blocks: stats.blocks,
  };

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
