import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { HostPaths } from './port.ts';

/**
 * The folders that hew uses. `HEW_CACHE` names the cache folder itself; without it the XDG Base Directory
 * Specification decides (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function hostPaths(env: Readonly<Record<string, string | undefined>> = process.env): HostPaths {
  const cache = resolve(env['HEW_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hew'));
  return { cache, work: join(cache, 'work'), data: packageFolder() };
}

/** The folder of package.json: two levels above this file, in `src/` and in `dist/` alike. */
const packageFolder = (): string => fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
