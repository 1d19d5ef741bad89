import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHECKOUT } from './checkout.ts';

/**
 * Builds dist/ where a source is newer, before tests that run hew. From its sources hew would need two seconds of a
 * processor to start, twice for each build of an image, where the bundle needs a quarter of one.
 * Makes a folder for what lasts as long as the run, in the environment of the workers, since Vitest ends these without
 * a word; removed by what it returns.
 */
export default function buildHew(): () => void {
  execFileSync('bash', ['-c', 'source "$1" && build', 'bash', join(CHECKOUT, 'bin/setup.sh')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const folder = mkdtempSync(join(tmpdir(), 'hew-test-run-'));
  process.env['HEW_TEST_RUN'] = folder;
  // Workers that tests start from the sources: each compiles some hundred files.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true });
}
