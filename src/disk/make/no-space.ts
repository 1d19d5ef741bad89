import { HewError, ToolError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';

/** How these tools say that something is full. */
const FULL = /No space left|Could not allocate (?:block|inode)|not enough (?:free )?space|Disk full|ENOSPC|directory too large/i;

export const saysFull = (error: unknown): boolean =>
  error instanceof ToolError ? FULL.test(`${error.stderr}\n${error.stdout}`) : (error as NodeJS.ErrnoException).code === 'ENOSPC';

/** Less than this is what a full file system still shows as free. */
const NEARLY_NOTHING = 4 * 2 ** 20;

/**
 * The same failure as one of this machine, when it is the folder written into that is full and not what was made
 * in it; undefined otherwise.
 */
export async function machineFull(host: Host, folder: string, error: unknown): Promise<HewError | undefined> {
  if (!saysFull(error) || (await host.fs.freeSpace(folder)) > NEARLY_NOTHING) return undefined;
  return new HewError(
    {
      code: 'no-space',
      message: `there is no space left in ${folder}`,
      hint: folder.startsWith(host.paths.work)
        ? 'raise HEW_WORKSPACE_SIZE, or let the build go to disk with HEW_WORKSPACE=disk'
        : 'make room there, or name another folder with --output',
    },
    { cause: error },
  );
}
