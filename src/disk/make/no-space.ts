import { HewError, ToolError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { readSetting } from '../../settings.ts';

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
  return saysFull(error) && (await host.fs.freeSpace(folder)) <= NEARLY_NOTHING ? noSpace(host, folder, error) : undefined;
}

/** There is no room left in a folder of this machine, whatever program said so. */
export const noSpace = (host: Host, folder: string, error: unknown): HewError =>
  new HewError(
    {
      code: 'disk-full',
      message: `there is no space left in ${folder}`,
      hint: hintFor(host, folder),
    },
    { cause: error },
  );

function hintFor({ env, paths }: Host, folder: string): string {
  if (!folder.startsWith(paths.work)) return 'make room there, or name another folder with --output';
  return readSetting(env, 'HEW_WORKSPACE') === 'disk'
    ? `it lies on the disk of ${paths.cache}: make room there, or name another folder with HEW_CACHE`
    : 'raise HEW_WORKSPACE_SIZE, or let the build go to disk with HEW_WORKSPACE=disk';
}
