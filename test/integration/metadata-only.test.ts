import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { PackageReasons } from '../../src/usecases/explain-packages.ts';
import { failBuild } from '../support/failures.ts';
import { build, runHew, type HewRun } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve, type TestServer } from '../support/server.ts';

const folder = testFolder();
let server: TestServer;
const fetched = (): readonly string[] => server.requests.splice(0).filter((request) => /\.rpm\b/.test(request));

/** A repository with files that primary metadata does not list; one of its packages is a stranger's. */
async function makeRepository(name: string, options: readonly string[]): Promise<string> {
  const place = copyRepository(join(folder, name), (file) => /^(filesystem|setup)-/.test(file));
  const needed = { '/usr/share/test/words': 'words' };
  await makePackages(place, [
    { name: 'reader', preamble: ['Requires: /usr/share/test/words', 'Requires: filesystem'], files: { '/usr/bin/reader': 'x' }, signer: 'sample' },
    { name: 'words', version: '2', files: needed, signer: 'sample' },
    { name: 'stranger', files: { '/usr/share/test/stranger': 'x' }, signer: 'wrong' },
  ]);
  return publish(place, 'sample', undefined, options);
}

const image = (name: string, packages: readonly string[] = ['filesystem', 'reader']): string => writeFiles(join(folder, `${name}-${packages.length}-image`), {
  'test.toml': definition(packages, '', './own.toml'),
  'own.toml': distribution([{ id: 'own', url: `${server.url}/${name}`, keys: [sampleKey()] }]),
});

const KINDS = [
  ['zstd and SHA-256', 'plain', [], 'sha256'],
  ['gzip and SHA-512', 'gzip', ['--general-compress-type=gz', '--checksum=sha512'], 'sha512'],
  ['xz and SHA-256', 'xz', ['--general-compress-type=xz'], 'sha256'],
] as const;

beforeAll(async () => {
  const places = await Promise.all(KINDS.map(async ([, name, options]) => [name, await makeRepository(name, options)] as const));
  server = await serve(...places.map(([name, place]) => files(`/${name}`, place)));
});
afterAll(() => server.close());

describe.each(KINDS)('metadata with %s', (_what, name, _options, kind) => {
  const env = { HEW_CACHE: makeCache(folder, `${name}-cache`) };
  const hew = async (...args: string[]): Promise<HewRun> => {
    const run = await runHew(args, { env });
    expect(run.status, run.stderr).toBe(0);
    return run;
  };

  it('is all that resolving and locking fetch', async () => {
    const file = image(name);
    const resolved = JSON.parse((await hew('plan', file, '--resolve', '--json')).stdout) as { readonly reasons: readonly PackageReasons[] };
    expect(resolved.reasons.map(({ name: one, reason, neededBy }) => [one, reason, neededBy.join()])).toEqual([
      ['filesystem', 'asked', 'reader'], ['reader', 'asked', ''], ['setup', 'dependency', 'filesystem'], ['words', 'dependency', 'reader'],
    ]);
    expect((await hew('plan', file, '--why', 'words')).stdout).toMatch(/^words-2-1\.noarch +own +dependency +needed by reader$/m);
    await hew('lock', file);
    expect(server.requests.some((request) => request.includes('/repodata/'))).toBe(true);
    expect(fetched()).toEqual([]);
  });

  it('pins each package to the bytes that a locked build fetches', async () => {
    const file = image(name);
    const lock = readFileSync(file.replace('.toml', '.lock.yaml'), 'utf8');
    const rpm = readFileSync(join(folder, name, 'words-2-1.noarch.rpm'));
    expect(lock).toContain(`location: words-2-1.noarch.rpm
        checksum: ${kind}:${createHash(kind).update(rpm).digest('hex')}
        size: ${rpm.length}
        evr: 2-1
        srpm: words-2-1.src
`);
    const { packages } = await build(file, join(folder, `${name}-out`), ['--locked'], { env });
    expect(packages.map((entry) => entry.name)).toEqual(['filesystem', 'reader', 'setup', 'words']);
    expect(fetched()).toHaveLength(4);
    // Now from the cache of packages, which it holds against the same digests.
    await build(file, join(folder, `${name}-again`), ['--locked', '--no-cache'], { env });
    expect(fetched()).toEqual([]);
  });
});

it('locks what a stranger signed unseen, and the build refuses it before it is used', async () => {
  const file = image('plain', ['filesystem', 'reader', 'stranger']);
  const env = { HEW_CACHE: makeCache(folder, 'stranger-cache') };
  const lock = await runHew(['lock', file], { env });
  expect(lock.status, lock.stderr).toBe(0);
  const { error } = await failBuild(folder, file, { args: ['--locked'], env });
  expect([error.code, error.message]).toEqual(['signature', expect.stringContaining('stranger-1-1.noarch from own is not signed by a key of that repository')]);
  expect(readdirSync(folder)).not.toContain('out');
});
