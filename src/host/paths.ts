import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { HewError } from '../errors.ts';
import { readSetting, type Environment } from '../settings.ts';
import type { HostPaths } from './port.ts';

/**
 * The folders that hew uses. `HEW_CACHE` names the cache folder itself; otherwise the XDG Base Directory Specification
 * decides (https://specifications.freedesktop.org/basedir-spec/latest/).
 */
export function hostPaths(env: Environment = process.env): HostPaths {
  const cache = resolve(readSetting(env, 'HEW_CACHE') ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hew'));
  return { cache, packages: join(cache, 'packages'), work: join(cache, 'work'), data: packageFolder() };
}

/**
 * Refuses a cache folder whose name a program would misread: dnf5 expands variables and splits lists, rpm splits at
 * colons, and scriptlets are shell. Throws `HewError` that names the character.
 */
export function refuseOddCache({ cache }: Pick<HostPaths, 'cache'>): void {
  const [odd] = /[\s\p{Cc},%#\\$:[\]*?{}"'`]/u.exec(cache) ?? [];
  if (odd === undefined) return;
  throw new HewError(
    {
      code: 'cache-folder-name',
      message: `the cache folder ${JSON.stringify(cache)} has ${JSON.stringify(odd)} in its name, which dnf5, rpm or scriptlets would misread`,
      hint: 'set HEW_CACHE to another folder: letters, digits, `/`, `.`, `_`, `-`, `+`, `=` and `@` are fine',
    },
    { exitCode: 2 },
  );
}

/** The folder of package.json: two levels above this file, in `src/` and in `dist/`. */
const packageFolder = (): string => fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
