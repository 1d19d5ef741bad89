import { existsSync, readFileSync } from 'node:fs';
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

/** Folders of the packages that `npm install hew` brings, below the checkout: those of package-lock.json that are not for development alone. */
export function installedPlaces(): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  return Object.keys(packages).filter((place) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(place) && packages[place]?.dev !== true);
}

/** What a copy of the checkout needs so that its built hew runs, below the checkout. */
export const runningParts = (): readonly string[] => ['bin', 'dist', 'images', 'profiles', 'oclif.manifest.json', 'package.json', ...installedPlaces()];
