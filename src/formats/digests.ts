import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { Artifact } from './artifact.ts';
import { describeFile } from './describe-file.ts';

/**
 * Digests that are made while other work goes on: to hash a disk of gigabytes, holes and all, takes longer than to
 * write it.
 */
export interface Digests {
  /** Begins with a file that nobody changes any more, after those asked for before. Who waits for it sees it fail. */
  of(format: string, path: string, name?: string): Promise<Artifact>;
  /** Ends what is still in the making, and waits for that. */
  close(): Promise<void>;
}

/** One at a time: more would only take the processors from what goes on beside them. */
export function openDigests(host: Host): Digests {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    of: (format, path, name = posix.basename(path)) => {
      const described = last.then(async () => ({ ...(await describeFile(host, format, path, closing.signal)), name }));
      // Nobody may ever ask for it: a build that fails elsewhere does not.
      last = described.catch(() => {});
      return described;
    },
    close: async () => {
      closing.abort();
      await last;
    },
  };
}
