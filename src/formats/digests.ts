import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { Artifact } from './artifact.ts';
import { describeFile } from './describe-file.ts';

/** Digests that are computed while other work continues: hashing a disk of gigabytes takes longer than writing it. */
export interface Digests {
  /** Starts with a file that no longer changes, after those requested before. A caller that awaits it sees its failure. */
  of(format: string, path: string, name?: string): Promise<Artifact>;
  /** Ends the running digests, and waits for that. */
  close(): Promise<void>;
}

/** One at a time: more would take processors from the other work. */
export function openDigests(host: Host): Digests {
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  return {
    of: (format, path, name = posix.basename(path)) => {
      const described = last.then(async () => ({ ...(await describeFile(host, format, path, closing.signal)), name }));
      // A build that fails elsewhere never awaits it.
      last = described.catch(() => {});
      return described;
    },
    close: async () => {
      closing.abort();
      await last;
    },
  };
}
