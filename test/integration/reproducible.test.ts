import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/usecases/build.ts';
import { build } from '../support/hew.ts';
import { readLayout } from '../support/oci.ts';
import { makeCache, testFolder } from '../support/places.ts';

const folder = testFolder();
const first: Record<string, BuildResult> = {};
const IMAGES = ['container-base', 'container-distroless-base'] as const;

const sums = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`);

beforeAll(async () => {
  const env = { HEW_CACHE: makeCache(folder, 'first') };
  for (const name of IMAGES) first[name] = await build(name, join(folder, 'first-out'), ['--distro', 'sample'], { env });
});

describe.each(IMAGES)('%s', (name) => {
  const reference = (): readonly string[] => sums(first[name] ?? { artifacts: [] } as never);

  it('has the same bytes again, from another cache, in another folder, seconds later', async () => {
    const again = await build(name, join(folder, `second-${name}`), ['--distro', 'sample'], {
      env: { HEW_CACHE: makeCache(folder, `second-cache-${name}`) },
    });
    expect(sums(again)).toEqual(reference());
    const archive = (where: string): Buffer => readFileSync(join(folder, where, `${name}-4.0.oci.tar`));
    expect(archive(`second-${name}`).equals(archive('first-out'))).toBe(true);
  });

  it('has the same bytes from the layer cache, and is told of as the same', async () => {
    const output = join(folder, `cached-${name}`);
    const again = await build(name, output, ['--distro', 'sample'], { env: { HEW_CACHE: join(folder, 'first') } });
    expect(sums(again)).toEqual(reference());
    expect(again.packages).toEqual(first[name]?.packages);
  });

  it('is made anew when the layer in the cache was damaged', async () => {
    const layers = join(folder, 'first/layers');
    const files = readdirSync(layers, { recursive: true, withFileTypes: true }).filter((one) => one.isFile() && !one.name.endsWith('.json'));
    expect(files).not.toEqual([]);
    for (const { parentPath, name: file } of files) {
      const bytes = readFileSync(join(parentPath, file));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
      writeFileSync(join(parentPath, file), bytes);
    }
    const output = join(folder, `damaged-${name}`);
    const again = await build(name, output, ['--distro', 'sample'], { env: { HEW_CACHE: join(folder, 'first') } });
    expect(sums(again)).toEqual(reference());
    readLayout(join(output, `${name}-4.0.oci`));
  });

  it('has the same bytes when the root goes to disk instead of memory', async () => {
    const again = await build(name, join(folder, `disk-${name}`), ['--distro', 'sample', '--no-cache'], {
      env: { HEW_CACHE: join(folder, 'first'), HEW_WORKSPACE: 'disk' },
    });
    expect(sums(again)).toEqual(reference());
  });

  it('replaces what an earlier build left in the output folder', async () => {
    const output = join(folder, 'first-out');
    const again = await build(name, output, ['--distro', 'sample'], { env: { HEW_CACHE: join(folder, 'first') } });
    expect(sums(again)).toEqual(reference());
  });
});
