import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Target } from '../../plan/types.ts';
import { targetName } from '../lock-request.ts';

/** Absolute paths that dnf5 works with; all of them are hew's own. */
export interface DnfPaths {
  /** Holds the files of `dnfFiles`, and the keys. Each target has its own. */
  readonly settings: string;
  /** Metadata and packages, kept between builds. */
  readonly cache: string;
  /** hew's cache folder, what `$cachedir` in a repository means. */
  readonly hewCache: string;
}

/** Where dnf5's settings and caches lie on this machine. */
export const dnfPaths = (host: Pick<Host, 'paths'>, target: Pick<Target, 'arch' | 'level'>): DnfPaths => ({
  settings: posix.join(host.paths.work, 'dnf', targetName(target)),
  cache: host.paths.packages,
  hewCache: host.paths.cache,
});
