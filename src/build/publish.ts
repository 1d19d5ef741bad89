import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { ClaimedFolder, Host } from '../host/port.ts';

/** A folder in the output where artifacts are written. They appear in the output all at once, by rename. */
export interface Publication {
  readonly folder: string;
  /** Moves these names into the output folder and replaces what is there. */
  publish(names: readonly string[]): Promise<void>;
  /** Removes what was not published. */
  abandon(): void;
}

/** Opens a publication. Throws `HewError` when the output folder cannot be written. */
export async function openPublication(host: Host, output: string): Promise<Publication> {
  let claimed: ClaimedFolder;
  try {
    await host.fs.makeFolder(output);
    claimed = await host.claimFolder(posix.join(output, '.hew-'));
  } catch (error) {
    throw new HewError(
      {
        code: 'output-not-writable',
        message: `artifacts cannot be written to ${output}: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'name another folder with --output',
      },
      { cause: error },
    );
  }
  const { path: folder } = claimed;
  return {
    folder,
    publish: (names) => host.uninterrupted(async () => {
      for (const name of names) await takePlace(host, posix.join(folder, name), posix.join(output, name), folder);
    }),
    abandon: () => claimed.remove(),
  };
}

/** Two builds of one image may end at the same time; each replaces the other whole. */
const ATTEMPTS = 20;

/** A rename replaces a file in one step. It cannot replace a folder (rename(2)), so the old one is moved away first. */
async function takePlace(host: Host, from: string, to: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if ((await host.fs.status(to))?.kind === 'directory') await host.fs.rename(to, posix.join(folder, `.old-${attempt}`));
      await host.fs.rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isRace = code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT';
      if (!isRace || attempt === ATTEMPTS || (await host.fs.status(from)) === undefined) throw error;
    }
  }
}
