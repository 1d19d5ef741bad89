import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Repository } from '../../definition/index.ts';
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

/**
 * dnf5's cache folder of a repository: its id, and the beginning of the SHA-256 of the first address that it has.
 * Source: ConfigRepo::get_unique_id in libdnf5/repo/config_repo.cpp of dnf5.
 */
export function metadataFolder({ id, metalink, mirrorlist, baseurl }: Repository, expand: (url: string) => string): string {
  const where = expand(metalink ?? mirrorlist ?? baseurl[0] ?? id);
  return `${id}-${createHash('sha256').update(where).digest('hex').slice(0, 16)}`;
}
