import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { hostPaths } from '../../src/host/paths.ts';
import { isTreeMade, treePath } from '../../src/host/tools-tree.ts';

/** The folder of package.json. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The Node of package.json, whatever Node the machine has. */
export const NODE = join(CHECKOUT, 'node_modules/node/bin/node');

/** The folder of the sample distribution. Throws where bin/test has not made it. */
export function sampleFolder(): string {
  const folder = join(hostPaths().cache, 'sample/current');
  if (existsSync(join(folder, 'manifest.json'))) return folder;
  throw new Error('the sample distribution is not there: run bin/test, or `node test/distro/build.ts`');
}

/** The cache folder with the tools tree in it. Throws where bin/test has not made that. */
export function preparedCache(): string {
  const { cache } = hostPaths();
  if (isTreeMade(treePath(cache))) return cache;
  throw new Error('the tools tree is not there: run bin/test, or `hew tools install`');
}

/** The built command line: test/support/build-hew.ts builds it before the tests that run it. Throws where it was not built. */
export function builtProgram(): string {
  const program = join(CHECKOUT, 'bin/run.js');
  if (existsSync(join(CHECKOUT, 'dist/cli/start.js'))) return program;
  throw new Error('hew is not built: run bin/test, or `npm run build`');
}
