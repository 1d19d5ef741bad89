import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild, type Failure } from '../support/failures.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { copyRepository, fingerprintOf, makePackages, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve, type TestServer } from '../support/server.ts';

const folder = testFolder();
const repository = join(folder, 'repo');
const lock = join(folder, 'test.lock.yaml');
const vendored = join(folder, 'vendor/test');
/** No interface but a loopback that is down. */
const NO_NETWORK = ['unshare', '--net'];
let image = '';
let cache = '';
let server: TestServer;
let reference = '';

/** Digest of the artifact of a locked build. */
async function digestOf(name: string, args: readonly string[], env: Record<string, string>, before: readonly string[] = []): Promise<string> {
  const { artifacts } = await build(image, join(folder, name), ['--locked', '--no-cache', ...args], { env, before });
  return artifacts.find(({ path }) => path.endsWith('.tar'))?.sha256 ?? '';
}

const failVendored = (): Promise<Failure> =>
  failBuild(folder, image, { args: ['--locked', '--vendor', join(folder, 'vendor')], before: NO_NETWORK });

beforeAll(async () => {
  cache = makeCache(folder);
  copyRepository(repository, (name) => /^(filesystem|setup)-/.test(name));
  await makePackages(repository, [{ name: 'app', files: { '/usr/share/app': 'one' }, signer: 'sample' }]);
  await publish(repository);
  await makePackages(folder, [{ name: 'own', files: { '/usr/share/own': 'mine' }, signer: 'sample' }]);
  mkdirSync(join(folder, 'keys'));
  copyFileSync(sampleKey(), join(folder, 'keys/sample.asc'));
  server = await serve(files('/repo', repository), files('/keys', join(folder, 'keys')));
  image = writeFiles(folder, {
    'test.toml': definition(['filesystem', 'app'], '', './remote.toml').replace('[packages]\n', '[packages]\nlocal = ["own-1-1.noarch.rpm"]\n'),
    'remote.toml': distribution([{
      id: 'remote', url: `${server.url}/repo`, keys: [`${server.url}/keys/sample.asc`], more: `fingerprints = ["${await fingerprintOf(sampleKey())}"]`,
    }]),
  });
  const run = await runHew(['lock', image, '--vendor', join(folder, 'vendor'), '--json'], { env: { HEW_CACHE: cache } });
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  reference = await digestOf('online', [], { HEW_CACHE: makeCache(folder, 'online-cache') });
  await server.close();
});

describe('without a network', () => {
  it('a locked build takes what earlier builds left in the cache, and asks no server for anything', async () => {
    const asked = server.requests.length;
    expect(await digestOf('cached', [], { HEW_CACHE: cache }, NO_NETWORK)).toBe(reference);
    expect(server.requests.length).toBe(asked);
  });

  it('a vendored set is enough for an empty cache, and gives the same bytes', async () => {
    expect(readdirSync(vendored, { recursive: true }).map(String).sort()).toEqual([
      'keys', 'keys/remote.asc', 'remote', 'remote/app-1-1.noarch.rpm',
      expect.stringMatching(/^remote\/filesystem-.*\.rpm$/) as string, expect.stringMatching(/^remote\/setup-.*\.rpm$/) as string,
    ]);
    const empty = { HEW_CACHE: makeCache(folder, 'empty-cache') };
    expect(await digestOf('vendored', ['--vendor', join(folder, 'vendor')], empty, NO_NETWORK)).toBe(reference);
    expect(existsSync(join(empty.HEW_CACHE, 'packages'))).toBe(false);
  });

  it('what is neither in the cache nor vendored fails, named', async () => {
    const partial = makeCache(folder, 'partial-cache');
    const [kept] = readdirSync(join(cache, 'packages')).filter((name) => name.startsWith('remote-'));
    mkdirSync(join(partial, 'packages/any/packages'), { recursive: true });
    mkdirSync(join(partial, 'keys'));
    for (const name of readdirSync(join(cache, 'keys'))) copyFileSync(join(cache, 'keys', name), join(partial, 'keys', name));
    for (const name of readdirSync(join(cache, 'packages', kept ?? '', 'packages')).filter((one) => !one.startsWith('app-'))) {
      copyFileSync(join(cache, 'packages', kept ?? '', 'packages', name), join(partial, 'packages/any/packages', name));
    }
    const { error } = await failBuild(folder, image, { args: ['--locked'], env: { HEW_CACHE: partial }, before: NO_NETWORK });
    expect(error.problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual(['repository-unreachable repository', 'lock-missing app-1-1.noarch']);
  });

  it('an altered package in the cache is not taken for the locked one', async () => {
    const altered = makeCache(folder, 'altered-cache');
    mkdirSync(join(altered, 'packages/any/packages'), { recursive: true });
    mkdirSync(join(altered, 'keys'));
    for (const name of readdirSync(join(cache, 'keys'))) copyFileSync(join(cache, 'keys', name), join(altered, 'keys', name));
    for (const name of readdirSync(join(vendored, 'remote'))) {
      const bytes = readFileSync(join(vendored, 'remote', name));
      if (name.startsWith('app-')) bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 0xff;
      writeFileSync(join(altered, 'packages/any/packages', name), bytes);
    }
    const { error } = await failBuild(folder, image, { args: ['--locked'], env: { HEW_CACHE: altered }, before: NO_NETWORK });
    expect(error.problems.at(-1)).toMatchObject({ code: 'lock-missing', message: 'app-1-1.noarch is locked, and is not in the package cache as it was locked' });
  });
});

describe('a vendored set that is not what was locked fails closed', () => {
  const app = join(vendored, 'remote/app-1-1.noarch.rpm');

  /** Changes a file of the set for one build. */
  async function spoilt(path: string, content: Buffer | undefined): Promise<Failure> {
    const original = existsSync(path) ? readFileSync(path) : undefined;
    if (content === undefined) rmSync(path);
    else writeFileSync(path, content);
    try {
      return await failVendored();
    } finally {
      if (original === undefined) rmSync(path);
      else writeFileSync(path, original);
    }
  }

  it('a package whose bytes changed', async () => {
    const bytes = readFileSync(app);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 0xff;
    const { error } = await spoilt(app, bytes);
    expect(error.problems.map(({ code, message }) => `${code} ${message.split(',')[0]?.split(':')[0]}`)).toEqual(['lock-checksum app-1-1.noarch is not the package that was locked']);
  });

  it('a package that is missing', async () => {
    const { error } = await spoilt(app, undefined);
    expect(error.problems.map(({ code, message }) => `${code} ${message}`)).toEqual(['lock-missing app-1-1.noarch is locked but not in the vendored set']);
  });

  it('a package too many', async () => {
    const { error } = await spoilt(join(vendored, 'remote/more-1-1.noarch.rpm'), readFileSync(app));
    expect(error.problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual(['lock-unexpected remote/more-1-1.noarch.rpm']);
  });

  it('another key', async () => {
    const { error } = await spoilt(join(vendored, 'keys/remote.asc'), readFileSync(sampleKey().replace(/sample$/, 'wrong')));
    expect(error.code).toBe('key-not-pinned');
  });

  it('a local RPM that is another one', async () => {
    const local = join(folder, 'own-1-1.noarch.rpm');
    const original = readFileSync(local);
    await makePackages(folder, [{ name: 'own', files: { '/usr/share/own': 'other' }, signer: 'sample' }]);
    const { error } = await failVendored();
    writeFileSync(local, original);
    expect(error.problems.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual([
      'lock-checksum none of the RPM files beside the definition is the own-1-1.noarch that was locked',
    ]);
  });
});

describe('hew lock --vendor', () => {
  it('leaves a folder alone that holds anything else', async () => {
    const mine = writeFiles(join(folder, 'mine/test'), { 'notes.txt': 'mine' });
    const text = readFileSync(lock, 'utf8');
    const run = await runHew(['lock', image, '--vendor', join(folder, 'mine'), '--json'], { env: { HEW_CACHE: cache } });
    expect([run.status, failureOf(run).code]).toEqual([2, 'vendor-folder']);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    expect(readFileSync(lock, 'utf8')).toBe(text);
  });

  it('makes the set anew from the cache, without what is no longer locked', async () => {
    writeFileSync(join(vendored, 'remote/left-1-1.noarch.rpm'), 'left');
    const run = await runHew(['lock', image, '--vendor', join(folder, 'vendor')], { env: { HEW_CACHE: cache }, before: NO_NETWORK });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toContain(`${vendored}: the packages themselves`);
    expect(readdirSync(join(vendored, 'remote'))).toHaveLength(3);
  });

  it('is of use to locked builds alone', async () => {
    const run = await runHew(['build', image, '--vendor', join(folder, 'vendor'), '--json'], { env: { HEW_CACHE: cache } });
    expect([run.status, failureOf(run).code]).toEqual([2, 'usage']);
  });
});
