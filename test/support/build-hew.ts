import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { CHECKOUT } from './checkout.ts';

/**
 * Builds dist/ where a source is newer, before tests that run hew. From its sources hew would need two seconds of a
 * processor to start, twice for each build of an image, where the bundle needs a quarter of one.
 */
export default function buildHew(): void {
  execFileSync('bash', ['-c', 'source "$1" && build', 'bash', join(CHECKOUT, 'bin/setup.sh')], { stdio: ['ignore', 'inherit', 'inherit'] });
}
