import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { copyRepository, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve } from '../support/server.ts';

const folder = testFolder();
const BASE = /^(?:filesystem|setup)-/;
const repository = (id: string): string => copyRepository(join(folder, id), (name) => BASE.test(name));

const image = (name: string, url: string, more = ''): string => writeFiles(join(folder, `${name}-image`), {
  'image.toml': definition(['filesystem'], '', './distro.toml'),
  'distro.toml': distribution([{ id: 'base', url, keys: [sampleKey()], more }]),
});

describe('signed metadata', () => {
  it('counts only with a hash that cannot be forged', async () => {
    const place = repository('hashes');
    await publish(place, 'sample', 'SHA1');
    const file = image('hashes', `file://${place}`);
    const { error } = await failBuild(folder, file);
    expect([error.code, error.message]).toEqual(['metadata-weak', 'the metadata of repository base cannot be trusted: its signature uses SHA-1']);
    await publish(place, 'sample', 'SHA512');
    expect((await build(file, join(folder, 'hashes-out'), [], { env: { HEW_CACHE: makeCache(folder, 'hashes-cache') } })).packages).toHaveLength(2);
  });
});

describe('metadata that only a metalink vouches for', () => {
  const OFF = 'repo_gpgcheck = false\nreason = "the mirror signs packages only"';

  /** An image from a metalink that names the metadata by a hash of this kind. */
  async function linked(kind: 'none' | 'md5' | 'sha256'): Promise<string> {
    const place = await publish(repository(`linked-${kind}`), 'none');
    const digest = kind === 'none' ? '' : createHash(kind).update(readFileSync(join(place, 'repodata/repomd.xml'))).digest('hex');
    const server = await serve(files('/repo', place), (path, response) => {
      if (path !== '/metalink') return false;
      response.end(`<?xml version="1.0"?><metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
${kind === 'none' ? '' : `<verification><hash type="${kind}">${digest}</hash></verification>`}
<resources><url protocol="http" type="http" preference="100">${server.url}/repo/repodata/repomd.xml</url></resources></file></files></metalink>`);
      return true;
    });
    return image(`linked-${kind}`, `metalink:${server.url}/metalink`, OFF);
  }

  it.each(['none', 'md5'] as const)('is refused where the hash is weak or missing: %s', async (kind) => {
    const { error } = await failBuild(folder, await linked(kind));
    expect(error.code).toBe('metadata-weak');
    expect(error.message).toContain('names it by no sha256 or sha512');
  });

  it('is taken with sha256', async () => {
    const { packages } = await build(await linked('sha256'), join(folder, 'linked-out'), [], { env: { HEW_CACHE: makeCache(folder, 'linked-cache') } });
    expect(packages).toHaveLength(2);
  });
});

describe('an older state of a repository than an earlier build saw', () => {
  it('is told, ends a locked build that needs it, and is nothing to one with vendored packages', async () => {
    const place = await publish(repository('older'));
    cpSync(join(place, 'repodata'), join(folder, 'older-repodata'), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await makePackages(place, [{ name: 'newer', files: { '/usr/share/test/newer': 'x' }, signer: 'sample' }]);
    await publish(place);
    const file = image('older', `file://${place}`);
    const env = { HEW_CACHE: makeCache(folder, 'older-cache') };
    const lock = await runHew(['lock', file, '--vendor', join(folder, 'vendor')], { env });
    expect(lock.status, lock.stderr).toBe(0);
    rmSync(join(place, 'repodata'), { recursive: true });
    cpSync(join(folder, 'older-repodata'), join(place, 'repodata'), { recursive: true });
    const run = await runHew(['build', file, '-o', join(folder, 'older-out'), '--no-cache'], { env });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/! repository base offers metadata of \S+Z, and an earlier build saw that of \S+Z/);
    const locked = await runHew(['build', file, '-o', join(folder, 'locked-out'), '--no-cache', '--locked', '--json'], { env });
    expect([locked.status, failureOf(locked).code]).toEqual([1, 'metadata-older']);
    const vendored = await runHew(['build', file, '-o', join(folder, 'vendored-out'), '--no-cache', '--locked', '--vendor', join(folder, 'vendor')], { env });
    expect([vendored.status, vendored.stderr.includes('offers metadata')], vendored.stderr).toEqual([0, false]);
  });
});
