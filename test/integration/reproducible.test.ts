import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import type { ReproducedBuild } from '../../src/usecases/check-reproducible.ts';
import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

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

  it('has the same bytes from the cache, and is told of as the same', async () => {
    const output = join(folder, `cached-${name}`);
    const again = await build(name, output, ['--distro', 'sample'], { env: { HEW_CACHE: join(folder, 'first') } });
    expect(sums(again)).toEqual(reference());
    expect([again.unchanged, again.packages]).toEqual([true, first[name]?.packages]);
  });

  it('is made anew when everything of it in the cache was damaged', async () => {
    const kept = join(folder, 'first/kept');
    const isOwn = (entry: string): boolean => readFileSync(join(entry, 'record.json'), 'utf8').includes(`"name":"${name} for `);
    const files = readdirSync(kept, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !one.name.endsWith('.json') && isOwn(one.parentPath));
    expect(files).not.toEqual([]);
    for (const { parentPath, name: file } of files) {
      const bytes = readFileSync(join(parentPath, file));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
      writeFileSync(join(parentPath, file), bytes);
    }
    const output = join(folder, `damaged-${name}`);
    const again = await build(name, output, ['--distro', 'sample'], { env: { HEW_CACHE: join(folder, 'first') } });
    expect([again.unchanged, sums(again)]).toEqual([false, reference()]);
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

describe('build --check-reproducible', () => {
  const run = (image: string, output: string): Promise<HewRun> =>
    runHew(['build', image, '--output', output, '--distro', 'sample', '--check-reproducible', '--json'], { env: { HEW_CACHE: join(folder, 'first') } });

  it('says which artifacts were made twice, and leaves those of one build', async () => {
    const output = join(folder, 'twice');
    const { status, stdout, stderr } = await run('container-base', output);
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    const result = JSON.parse(stdout) as ReproducedBuild;
    expect(result.reproducible.artifacts).toEqual(['container-base-4.0.oci', 'container-base-4.0.oci.tar']);
    expect(sums(result)).toEqual(sums(first['container-base'] ?? result));
    expect(readdirSync(output).toSorted()).toEqual(['container-base-4.0.evidence', ...result.reproducible.artifacts]);
    expect(await settledTraces([folder])).toEqual(NO_TRACES);
  });

  it('fails where a script draws from chance and the clock, and names the first path, what differs and whose it is', async () => {
    const image = writeFiles(folder, {
      'chance.toml': definition(['filesystem', 'bash', 'coreutils'], `
[[scripts]]
content = """#!/bin/bash
read up _ < /proc/uptime
echo "up $up" > /etc/uptime
echo "# $RANDOM$RANDOM" >> /etc/shells
ln -s "$RANDOM$RANDOM" /srv/link
touch -d "@$((1000000000 + RANDOM * 1000 + RANDOM))" /srv/when
"""
`),
    });
    const output = join(folder, 'chance');
    const failed = await run(image, output);
    const error = failureOf(failed);
    expect([failed.status, error.code]).toEqual([1, 'not-reproducible']);
    expect(error.message).toMatch(/^test is not reproducible: built twice, test-1\.oci, test-1\.oci\.tar differ; \/etc\/shells, which belongs to the package setup, differs: content[^,]*, from byte \d+ on$/);
    expect(error.problems[0]?.hint).toContain('also different: /etc/uptime, /srv/link, /srv/when\n');
    // The first build is there to be looked at.
    readLayout(join(output, 'test-1.oci'));
    expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('reads a disk too, and takes nothing that reading it leaves behind for a difference', async () => {
    const image = writeFiles(folder, { 'disk.toml': `
name = "disk"
version = "1"
extends = ["vm"]
[packages]
install = ["release-basic"]
[[scripts]]
content = "echo \\"# $RANDOM$RANDOM\\" >> /etc/shells; ln -s $RANDOM$RANDOM /srv/link\\n"
[disk]
size = "2GiB"
[[outputs]]
format = "qcow2"
` });
    const error = failureOf(await run(image, join(folder, 'disk')));
    expect(error.message).toMatch(/^disk is not reproducible: built twice, disk-1\.qcow2 differs; \/etc\/shells, which belongs to the package setup, differs: content[^,]*, from byte \d+ on$/);
    expect(error.problems[0]?.hint).toContain('also different: /srv/link\n');
  });
});
