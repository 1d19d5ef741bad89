import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** hew's cache folder: `HEW_CACHE`, else `hew` below the XDG cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const named = env['HEW_CACHE'];
  if (named !== undefined && named !== '') return named;
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'hew');
}

export const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false);

/** Makes a folder that appears under its name only when it is complete. */
export async function makeOnce(path: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  const partial = `${path}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await make(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {});
    // Someone else was quicker: theirs is as good.
    if (!(await exists(path))) throw error;
  }
}

/** Removes what killed runs left in a folder: `…partial-PID` and its work folder, where no process has that number. */
export async function removeAbandoned(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const abandoned = names.filter((name) => {
    const pid = /(?:^|\.)partial-(\d+)(?:\.work)?$/.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
  for (const name of abandoned) await rm(join(folder, name), { recursive: true, force: true });
  return abandoned;
}

/** Signal 0 only asks; a process of someone else answers EPERM and runs too. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export const digestOf = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
};
