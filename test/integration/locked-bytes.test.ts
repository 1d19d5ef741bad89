import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build, runHew } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const env = { HEW_CACHE: makeCache(folder) };

const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`);

async function lock(file: string): Promise<void> {
  const { status, stderr } = await runHew(['lock', file], { env });
  expect(status, stderr).toBe(0);
}

describe('a locked build and an unlocked one of the same packages', () => {
  it('give the same bytes of a disk and of an OCI layout', async () => {
    const image = writeFiles(folder, { 'vm.toml': `
name = "vm"
version = "1"
extends = ["vm"]
distro = "sample"
[packages]
install = ["release-basic"]
[disk]
size = "2GiB"
[[outputs]]
format = "raw"
[[outputs]]
format = "oci"
verify = []
` });
    const unlocked = await build(image, join(folder, 'unlocked'), [], { env });
    await lock(image);
    const locked = await build(image, join(folder, 'locked'), ['--locked', '--no-cache'], { env });
    expect(sums(unlocked).map((sum) => sum.split(' ')[0])).toEqual(['raw', 'oci', 'oci-archive']);
    expect(sums(locked)).toEqual(sums(unlocked));
  });

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
