import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { build, runHew } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };

async function lock(file: string): Promise<void> {
  const { status, stderr } = await runHew(['lock', file], { env });
  expect(status, stderr).toBe(0);
}

// That both have the same bytes, of containers and of disks: joined.test.ts.
describe('a locked build and an unlocked one of the same packages', () => {
  it('find each other’s artifacts in the cache', async () => {
    const image = writeFiles(folder, { 'container.toml': definition(['filesystem', 'bash', 'setup', 'tzdata']) });
    const unlocked = await build(image, join(folder, 'packed'), [], { env });
    await lock(image);
    const { status, stderr, stdout } = await runHew(['build', image, '--locked', '--output', join(folder, 'found')], { env });
    expect(status, stderr).toBe(0);
    expect(`${stdout}\n${stderr}`).toContain('unchanged');
    const [layout] = unlocked.artifacts;
    expect(stdout).toContain(layout?.sha256.slice(0, 12));
  });
});
