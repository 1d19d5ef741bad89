import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { failureOf, runHew } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { makeCache, testFolder, writeFiles } from '../support/places.ts';

// Builds of bootable disks that must fail, each for real: one typed error, and nothing left behind.
const folder = testFolder();
// The packages of all are the same: fetched once.
const cache = makeCache(folder);

const image = (name: string, more: string): string => writeFiles(folder, { [`${name}.toml`]: `
name = "${name}"
version = "1"
extends = ["vm"]
distro = "sample"
[packages]
install = ["release-basic"]
${more}
` });
const RAW = '[[outputs]]\nformat = "raw"\n';

const fail = (definition: string, env: Readonly<Record<string, string>> = {}) => failBuild(folder, definition, { env: { HEW_CACHE: cache, ...env } });

describe('a disk', () => {
  it('of a root without a kernel', async () => {
    const { error, status } = await fail(image('kernelless', `[[overrides]]\nremove = ["package:kernel"]\nreason = "It needs none."\n${RAW}`));
    expect([error.code, status]).toEqual(['no-kernel', 1]);
    expect(error.problems[0]?.hint).toContain('`kernel`');
  });

  it('that is too small says by how much, and which packages are the largest', async () => {
    const { error, status } = await fail(image('small', `[disk]\nsize = "360MiB"\n${RAW}`));
    expect([error.code, status]).toEqual(['disk-too-small', 1]);
    expect(error.message).toMatch(/^the content needs \d+ MiB more than a disk of 360MiB has; the largest packages are kernel-core \(\d+ MiB\), \S+ \(\d+ MiB\)/);
  });

  it('with a partition that is too small says the same of the partition', async () => {
    const boot = '[[disk.partitions]]\nmount = "/usr/lib/modules"\nsize = "20MiB"\n';
    const { error, status } = await fail(image('small-part', `[disk]\nsize = "2GiB"\n${boot}${RAW}`));
    expect([error.code, status]).toEqual(['partition-too-small', 1]);
    expect(error.message).toMatch(/^the content of \/usr\/lib\/modules needs \d+ MiB more than its 20 MiB$/);
  });

  it('of an unknown file system is refused with the place', async () => {
    const { error, status } = await fail(image('zfs', `[[disk.partitions]]\nmount = "/srv"\nfilesystem = "zfs"\n${RAW}`));
    expect(status).toBe(2);
    expect(error.problems[0]).toMatchObject({ place: { line: 10, column: 14 }, message: expect.stringContaining('zfs') as string });
  });

  it('whose script fails is not made', async () => {
    const { error, status } = await fail(image('script', `[[scripts]]\nname = "setup"\ncontent = "echo no >&2; exit 7"\n${RAW}`));
    expect([error.code, status, error.message]).toEqual(['script-failed', 1, 'script setup ended with status 7']);
  });
});

describe('no room', () => {
  const disk = image('full', RAW);
  // What a root will take is guessed high from its packages: only what a script adds can make the disk too large.
  const grown = image('grown', `[[scripts]]\nname = "grow"\ncontent = "head -c 150M /dev/urandom > /usr/share/ballast"\n${RAW}`);

  it.each([['root', '560M', disk], ['disk', '850M', grown]])('for the %s in the memory that the workspace may take', async (what, size, file) => {
    const { error, status } = await fail(file, { HEW_WORKSPACE: 'memory', HEW_WORKSPACE_SIZE: size });
    expect([error.code, status]).toEqual(['workspace-full', 1]);
    expect(error.message).toMatch(new RegExp(`^${what}-baseline needs \\d+ MiB, and the workspace has \\d+ MiB free$`));
    expect(JSON.stringify(error.problems)).toContain('HEW_WORKSPACE_SIZE');
  });

  // Packages and root take 390 MiB of it.
  it.each([['initrd and loader', '400M'], ['disk', '480M']])('on the disk of the cache folder, where the workspace lies, for %s', async (_what, size) => {
    const small = makeCache(folder, `small-cache-${size}`);
    const { error, status } = await failBuild(folder, disk, {
      env: { HEW_CACHE: small, HEW_WORKSPACE: 'disk' },
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=${size} small '${small}' &&
        ln -s '${join(cache, 'tools')}' '${small}/tools' && ln -s '${join(cache, 'sample')}' '${small}/sample' && exec "$@"`, 'sh'],
    });
    expect([error.code, status]).toEqual(['disk-full', 1]);
    expect(error.message).toContain('there is no space left in');
    expect(error.problems[0]?.hint).toContain('HEW_CACHE');
  });

  it.each([[['raw']], [['raw', 'vhdx']]])('in the output folder, for %j', async (formats) => {
    const name = `full-${formats.join('-')}`;
    const output = join(folder, name);
    mkdirSync(output);
    const run = await runHew(['build', image(name, formats.map((format) => `[[outputs]]\nformat = "${format}"\n`).join('')), '--output', output, '--json'], {
      env: { HEW_CACHE: cache },
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=100M small '${output}' && exec "$@"`, 'sh'],
    });
    expect([failureOf(run).code, run.status]).toEqual(['disk-full', 1]);
    expect(failureOf(run).problems[0]?.hint).toContain('--output');
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
  });
});
