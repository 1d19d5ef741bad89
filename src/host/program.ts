import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ProgramIdentity } from './port.ts';

/**
 * The version of hew, and a digest of its files, in `src/` or in `dist/`. hew's own code decides about the bytes that
 * it makes, and between two releases only its files differ.
 */
export function programIdentity(data: string): ProgramIdentity {
  const { version } = JSON.parse(readFileSync(join(data, 'package.json'), 'utf8')) as { readonly version: string };
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => /\.[jt]s$/.test(one)).toSorted()) {
    hash.update(`${posix.normalize(name)}\0`).update(createHash('sha256').update(readFileSync(join(folder, name))).digest());
  }
  return { version, digest: `sha256:${hash.digest('hex')}` };
}
