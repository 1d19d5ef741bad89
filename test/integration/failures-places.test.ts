import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
let image: string;

beforeAll(() => {
  makeCache(folder, 'cache-source');
  image = writeFiles(folder, { 'image.toml': definition(['filesystem', 'bash', 'openssl-libs', 'coreutils']) });
});

describe('no room', () => {
  it('for the root: it is refused before anything is installed', async () => {
    const { error, status } = await failBuild(folder, image, { env: { HEW_WORKSPACE_SIZE: '40M', HEW_WORKSPACE: 'memory' } });
    expect([error.code, status]).toEqual(['workspace-full', 1]);
    expect(JSON.stringify(error.problems)).toContain('HEW_WORKSPACE_SIZE');
  });

  it('the root goes to disk instead where it may', async () => {
    const cache = makeCache(folder, 'small-cache');
    const output = join(folder, 'small-out');
    await build(image, output, [], { env: { HEW_CACHE: cache, HEW_WORKSPACE_SIZE: '40M' } });
    readLayout(join(output, 'test-1.oci'));
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
  });

  it.each([['package cache', '3M'], ['unpacked root', '24M']])('on the disk of the cache folder: %s', async (_what, size) => {
    const cache = makeCache(folder, `full-${size}`);
    const { error, status } = await failBuild(folder, image, {
      env: { HEW_CACHE: cache, HEW_WORKSPACE: 'disk' },
      // A small file system in the place of the folders that a build writes.
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=${size} small '${cache}' &&
        ln -s '${join(folder, 'cache-source/tools')}' '${cache}/tools' && ln -s '${join(folder, 'cache-source/sample')}' '${cache}/sample' && exec "$@"`, 'sh'],
    });
    expect([error.code, status]).toEqual(['disk-full', 1]);
  });

  it('for the artifacts', async () => {
    const output = join(folder, 'full-out');
    mkdirSync(output);
    const cache = makeCache(folder, 'full-out-cache');
    const run = await runHew(['build', image, '--output', output, '--json'], {
      env: { HEW_CACHE: cache },
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=1M small '${output}' && exec "$@"`, 'sh'],
    });
    expect([failureOf(run).code, run.status]).toEqual(['disk-full', 1]);
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
  });
});

describe('the output folder', () => {
  it('is a file', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'mine');
    const run = await runHew(['build', image, '--output', file, '--json'], { env: { HEW_CACHE: makeCache(folder, 'file-cache') } });
    expect([failureOf(run).code, run.status]).toEqual(['output-not-writable', 1]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('lies below a file', async () => {
    const run = await runHew(['build', image, '--output', join(folder, 'a-file/below'), '--json'], { env: { HEW_CACHE: makeCache(folder, 'below-cache') } });
    expect(failureOf(run).code).toBe('output-not-writable');
  });

  it('is on a file system that is read-only', async () => {
    const output = join(folder, 'read-only');
    mkdirSync(output);
    chmodSync(output, 0o555);
    const run = await runHew(['build', image, '--output', output, '--json'], {
      env: { HEW_CACHE: makeCache(folder, 'read-only-cache') },
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o ro none '${output}' && exec "$@"`, 'sh'],
    });
    expect([failureOf(run).code, run.status]).toEqual(['output-not-writable', 1]);
  });

  it('keeps what is not of this build', async () => {
    const output = join(folder, 'shared-out');
    writeFiles(output, { 'notes.txt': 'mine', 'test-1.oci/stale': 'old', 'test-1.oci.tar': 'old' });
    await build(image, output, [], { env: { HEW_CACHE: makeCache(folder, 'shared-cache') } });
    expect(readdirSync(output)).toEqual(expect.arrayContaining(['notes.txt', 'test-1.oci', 'test-1.oci.tar']));
    expect(readdirSync(output).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readFileSync(join(output, 'notes.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(output, 'test-1.oci/stale'))).toBe(false);
    readLayout(join(output, 'test-1.oci'));
  });
});

describe('this machine', () => {
  it('has no tools: the hint names the command that makes them', async () => {
    const cache = join(folder, 'empty-cache');
    mkdirSync(cache);
    const { error, status } = await failBuild(folder, image, { env: { HEW_CACHE: cache } });
    expect([error.code, status]).toEqual(['no-tools', 1]);
    expect(error.problems[0]?.hint).toContain('hew tools install');
  });

  it('has no sample distribution: the hint says how it is made', async () => {
    const cache = makeCache(folder, 'no-sample-cache');
    const { error } = await failBuild(folder, writeFiles(folder, {
      'other.toml': definition(['filesystem']),
    }), { env: { HEW_CACHE: cache }, before: ['sh', '-c', `rm '${cache}/sample'; exec "$@"`, 'sh'] });
    expect(error.code).toBe('key-missing');
    expect(error.problems[0]?.hint).toContain('./bin/quickstart');
  });

  it('allows no user namespaces', async () => {
    const { error, status } = await failBuild(folder, image, {
      before: ['unshare', '--user', '--map-root-user', 'sh', '-c', 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', 'sh'],
    });
    expect([error.code, status]).toEqual(['no-user-namespace', 1]);
  });

  it('SOURCE_DATE_EPOCH is no number', async () => {
    const { error, status } = await failBuild(folder, image, { env: { SOURCE_DATE_EPOCH: 'yesterday' } });
    expect([error.code, status]).toEqual(['setting-invalid', 2]);
    expect(error.message).toBe('the environment variable SOURCE_DATE_EPOCH is not what it takes: "yesterday"');
  });
});
