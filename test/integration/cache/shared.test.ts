import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { CacheReport } from '../../../src/cache/explain.ts';
import type { CachePart } from '../../../src/usecases/cache.ts';
import { CHECKOUT } from '../../support/checkout.ts';
import { build, failureOf, runHew } from '../../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../../support/places.ts';

const folder = testFolder();
const image = writeFiles(folder, { 'test.toml': definition(['filesystem', 'bash', 'coreutils']) });
const output = (name: string): string => join(folder, `${name}-out`);
const partsOf = (stdout: string): Readonly<Record<string, CachePart>> =>
  Object.fromEntries((JSON.parse(stdout) as readonly CachePart[]).map((part) => [part.name, part]));

describe('hew cache', () => {
  it('tells every part with its entries, prunes without tools, and says what it does not know', async () => {
    const cache = makeCache(folder, 'prune');
    const env = { HEW_CACHE: cache };
    await build(image, output('prune'), [], { env });
    mkdirSync(join(cache, 'mine'));
    mkdirSync(join(cache, 'initrds'));
    writeFileSync(join(cache, 'initrds/old'), 'of an older version');
    const before = partsOf((await runHew(['cache', '--json'], { env })).stdout);
    expect(before['kept/layers']).toMatchObject({ entries: 1, lastUse: expect.stringMatching(/^\d{4}-/) });
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['kept/initrd', 'packages', 'tools', 'sample', 'initrds', 'mine']));
    expect(before['mine']?.holds).toContain('not known');
    // No tool is there to be found: what prunes needs none.
    const pruned = await runHew(['cache', '--prune', '--json'], { env: { ...env, HEW_TOOLS: 'tree' }, before: ['sh', '-c', `rm '${cache}/tools'; exec "$@"`, 'sh'] });
    expect(pruned.status, pruned.stderr).toBe(0);
    expect(['layers', 'artifacts'].flatMap((kind) => readdirSync(join(cache, 'kept', kind)))).toEqual([]);
    expect(['packages', 'initrds', 'mine'].map((name) => existsSync(join(cache, name)))).toEqual([false, false, true]);
  });

  it('prunes beside builds that run, in another PID namespace too, with their roots on disk', async () => {
    const cache = makeCache(folder, 'beside');
    const env = { HEW_CACHE: cache, HEW_WORKSPACE: 'disk' };
    const apart = { before: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] };
    const statuses: (number | null)[] = [];
    const ended = new AbortController();
    const pruning = async (): Promise<void> => {
      while (!ended.signal.aborted) statuses.push((await runHew(['cache', '--prune'], { env, ...apart })).status);
    };
    const beside = pruning();
    // Two have the same process id, each in a namespace of its own; to who prunes, the third has one that is not there.
    const builds = await Promise.all([apart, apart, {}].map((place, number) => build(image, output(`beside-${number}`), [], { env, ...place })));
    ended.abort();
    await beside;
    const sums = builds.map(({ artifacts }) => artifacts.map(({ sha256 }) => sha256).join());
    expect([new Set(sums).size, new Set(statuses)]).toEqual([1, new Set([0])]);
  });
});

describe('a cache folder', () => {
  it('that is read-only is used as it is: one notice, the same bytes', async () => {
    const cache = makeCache(folder, 'read-only');
    const first = await build(image, output('writable'), [], { env: { HEW_CACHE: cache } });
    const run = await runHew(['build', image, '--output', output('read-only')], {
      env: { HEW_CACHE: cache },
      before: ['unshare', '--mount', 'sh', '-c', `mount --bind '${cache}' '${cache}' && mount -o remount,bind,ro '${cache}' && exec "$@"`, 'sh'],
    });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr.match(/is read-only: later builds cannot reuse/g)).toHaveLength(1);
    const manifest = (name: string): string => readFileSync(join(output(name), 'test-1.oci/index.json'), 'utf8');
    expect([first.artifacts.length, manifest('read-only')]).toEqual([2, manifest('writable')]);
  });

  it('that is full when results are to be kept fails no build: a notice for each', async () => {
    const source = makeCache(folder, 'full-source');
    const cache = join(folder, 'full');
    mkdirSync(cache);
    const run = await runHew(['build', image, '--output', output('full')], {
      env: { HEW_CACHE: cache, HEW_WORKSPACE: 'memory' },
      before: ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o size=2M small '${cache}' &&
        ln -s '${join(source, 'tools')}' '${cache}/tools' && ln -s '${join(source, 'sample')}' '${cache}/sample' && exec "$@"`, 'sh'],
    });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr.match(/(?:layers|artifacts) of test for x86_64 baseline cannot be stored for later builds: ENOSPC/g)).toHaveLength(2);
    expect(existsSync(join(output('full'), 'test-1.oci/index.json'))).toBe(true);
  });

  it.each([' ', ',', '%', '#', '\\', '$', '\n', ':', '[x]'])('with %j in its name is refused by name', async (odd) => {
    const run = await runHew(['build', image, '--json'], { env: { HEW_CACHE: join(folder, `odd${odd}name`) } });
    expect([run.status, failureOf(run).code]).toEqual([2, 'cache-folder-name']);
  });

  it('is as small as HEW_CACHE_SIZE says, and no size but a size is taken', async () => {
    const cache = makeCache(folder, 'small');
    await build(image, output('small'), [], { env: { HEW_CACHE: cache, HEW_CACHE_SIZE: '1M' } });
    const kept = readdirSync(join(cache, 'kept'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    // What is known of keys and signatures is small; layers and artifacts are not.
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThan(2 ** 20);
    expect(readdirSync(join(cache, 'kept')).toSorted()).toEqual(['keys', 'signatures']);
    const run = await runHew(['build', image, '--output', output('small'), '--json'], { env: { HEW_CACHE: cache, HEW_CACHE_SIZE: 'banana' } });
    expect([run.status, failureOf(run).code]).toEqual([2, 'setting-invalid']);
  });
});

describe('kept layers', () => {
  it('are not those of an image that removed another package, where its name is another one on each architecture', async () => {
    const env = { HEW_CACHE: makeCache(folder, 'by-arch') };
    const sample = readFileSync(join(CHECKOUT, 'profiles/distros/sample.toml'), 'utf8')
      .replace('arches = ["x86_64"]', 'arches = ["x86_64", "aarch64"]')
      .replace('[package-names]', '[package-names]\nspare = { x86_64 = "coreutils", aarch64 = "busybox" }');
    const names: string[][] = [];
    for (const removed of ['', 'remove-after-install = ["spare"]\n']) {
      const text = definition(['filesystem', 'bash', 'coreutils'], `${removed}[hardware]\narch = ["x86_64", "aarch64"]\n[[outputs]]\nformat = "oci"\n`, './distro.toml');
      const one = writeFiles(folder, { 'by-arch/test.toml': text.replaceAll('\n\n', '\n'), 'by-arch/distro.toml': sample });
      names.push((await build(one, output('by-arch'), [], { env })).packages.map(({ name }) => name));
    }
    expect(names.map((list) => list.includes('coreutils'))).toEqual([true, false]);
  });
});

describe('hew build --explain-cache', () => {
  it('says of each stage whether it was there, and which input differed', async () => {
    const cache = makeCache(folder, 'explain');
    const changed = writeFiles(folder, { 'changed/test.toml': definition(['filesystem', 'bash', 'coreutils'], '[[files]]\npath = "/etc/motd"\ncontent = "hello"\n') });
    const reports: CacheReport[] = [];
    for (const one of [image, image, changed]) {
      const { cache: told = [] } = await build(one, output('explain'), ['--explain-cache'], { env: { HEW_CACHE: cache } });
      reports.push(...told);
    }
    const [none, same] = ['miss: nothing of this name is in the cache', 'hit: the inputs are the same'];
    expect(reports.map(({ stage, outcome, reason }) => `${stage} ${outcome}: ${reason}`)).toEqual([
      `keys ${none}`, `signatures ${none}`, `artifacts ${none}`, `layers ${none}`,
      `keys ${same}`, `signatures ${same}`, `artifacts ${same}`,
      `keys ${same}`, `signatures ${same}`, 'artifacts miss: files /etc/motd is new', 'layers miss: files /etc/motd is new',
    ]);
  });
});
