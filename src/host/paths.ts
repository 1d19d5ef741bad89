import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HewError } from '../errors.ts';
import { readSetting, type Environment } from '../settings.ts';
import type { HostPaths } from './port.ts';

/**
 * The folders that hew uses. `HEW_CACHE` names the cache folder itself; without it the XDG Base Directory
 * Specification decides (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function hostPaths(env: Environment = process.env): HostPaths {
  const cache = resolve(readSetting(env, 'HEW_CACHE') ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hew'));
  return { cache, packages: join(cache, 'packages'), work: join(cache, 'work'), data: packageFolder() };
}

/**
 * Refuses a cache folder whose name some program would read as more than a name: dnf5 expands variables and splits lists,
 * rpm splits at colons, and scriptlets are shell. Throws `HewError` that names the character.
 */
export function refuseOddCache({ cache }: Pick<HostPaths, 'cache'>): void {
  const [odd] = /[\s\p{Cc},%#\\$:[\]*?{}"'`]/u.exec(cache) ?? [];
  if (odd === undefined) return;
  throw new HewError(
    {
      code: 'cache-folder-name',
      message: `the cache folder ${JSON.stringify(cache)} has ${JSON.stringify(odd)} in its name, which dnf5, rpm or a script of a package would not read as a name`,
      hint: 'name another folder by HEW_CACHE: letters, digits, `/`, `.`, `_`, `-`, `+`, `=` and `@` are fine',
    },
    { exitCode: 2 },
  );
}

/** The folder of package.json: two levels above this file, in `src/` and in `dist/` alike. */
const packageFolder = (): string => fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
