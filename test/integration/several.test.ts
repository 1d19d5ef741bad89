import { join } from 'node:path';
import { expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build, runHew } from '../support/hew.ts';
import { testFolder } from '../support/places.ts';

const folder = testFolder();
const IMAGES = ['container-base', 'container-distroless-base'] as const;
const ARGS = ['--distro', 'sample', '--no-cache'] as const;

const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`);

it('several images of one call are what each would be alone', async () => {
  const run = await runHew(['build', ...IMAGES, ...ARGS, '--output', join(folder, 'together'), '--json']);
  expect(run.status, run.stdout).toBe(0);
  const together = JSON.parse(run.stdout) as BuildResult[];
  const alone = [];
  for (const image of IMAGES) alone.push(await build(image, join(folder, 'alone'), ARGS));
  expect(together.map(sums)).toEqual(alone.map(sums));
  expect(together.map(({ packages }) => packages)).toEqual(alone.map(({ packages }) => packages));
});
