import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { copyRepository, makePackages, publish, type MadePackage } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import type { LockResult } from '../../src/usecases/lock.ts';

const folder = testFolder();
const repository = join(folder, 'repo');
const lock = join(folder, 'test.lock.yaml');
const image = join(folder, 'test.toml');
let cache = '';
let before = '';

const made = (name: string, version: string, ...preamble: string[]): MadePackage =>
  ({ name, version, preamble, files: { [`/usr/share/test/${name}`]: version }, signer: 'sample' });

const OLD = [
  made('alone', '1'),
  made('app', '1', 'Requires: lib = 1', 'Requires: helper'),
  made('plugin', '1', 'Requires: app = 1'),
  made('lib', '1'),
  made('helper', '1'),
  made('editor', '1', 'Requires: viewer'),
  made('viewer-old', '1', 'Provides: viewer'),
  made('bystander', '1', 'Requires: lib'),
  made('stuck', '1'),
];

/** Everything has a newer build; each case says what one of them takes along. */
const NEW = [
  made('alone', '2'),
  // Takes lib along, and the plugin that fits no other; drops helper for tool.
  made('app', '2', 'Requires: lib = 2', 'Requires: tool'),
  made('plugin', '2', 'Requires: app = 2'),
  made('lib', '2'),
  made('helper', '2'),
  made('tool', '1'),
  made('editor', '2', 'Requires: viewer'),
  // Another package that could do for the same.
  made('viewer-new', '1', 'Provides: viewer'),
  made('bystander', '2', 'Requires: lib'),
  made('stuck', '2', 'Requires: nothing-has-this'),
];

const INSTALL = ['filesystem', 'alone', 'app', 'plugin', 'editor', 'bystander', 'stuck'];

beforeAll(async () => {
  cache = makeCache(folder);
  copyRepository(repository, (name) => /^(filesystem|setup)-/.test(name));
  await makePackages(repository, OLD);
  await publish(repository);
  writeFiles(folder, {
    'test.toml': definition(INSTALL, '', './own.toml'),
    'own.toml': distribution([{ id: 'own', url: `file://${repository}`, keys: [sampleKey()] }]),
  });
  const run = await hew('lock', image);
  expect(run.status, run.stderr).toBe(0);
  before = readFileSync(lock, 'utf8');
  await makePackages(repository, NEW);
  await publish(repository);
});

beforeEach(() => writeFileSync(lock, before));

const hew = (...args: string[]): Promise<HewRun> => runHew(args, { env: { HEW_CACHE: cache } });

/** `NAME FROM>TO why` of everything that moved. */
async function update(...names: string[]): Promise<readonly string[]> {
  const run = await hew('lock', image, '--update', ...names, '--json');
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  const [result] = JSON.parse(run.stdout) as readonly LockResult[];
  return (result?.moved ?? []).flatMap(({ changes }) =>
    changes.map(({ name, from, to, why }) => [name, `${from?.evr ?? ''}>${to?.evr ?? ''}`, why ?? ''].join(' ').trim()));
}

/** Lines of the lock that an update changed, without the checksums and sizes that go with a version. */
const changedLines = (): readonly string[] => {
  const old = new Set(before.split('\n'));
  return readFileSync(lock, 'utf8').split('\n').filter((line) => !old.has(line) && !/checksum|size/.test(line)).map((line) => line.trim());
};

describe('hew lock --update PACKAGE', () => {
  it('moves that package alone where nothing else has to', async () => {
    expect(await update('alone')).toEqual(['alone 1-1>2-1']);
    expect(changedLines()).toEqual(['location: alone-2-1.noarch.rpm', 'evr: 2-1', 'srpm: alone-2-1.src']);
  });

  it('takes along what it needs and what needs it, brings in what is new, lets go what nothing needs, and says why', async () => {
    expect(await update('app')).toEqual([
      'app 1-1>2-1',
      'helper 1-1> nothing needs it any longer',
      'lib 1-1>2-1 needed by app',
      'plugin 1-1>2-1 it needs app',
      'tool >1-1 needed by app',
    ]);
  });

  it('takes along what holds it in its place', async () => {
    expect((await update('lib')).map((line) => line.split(' ')[0])).toEqual(['app', 'helper', 'lib', 'plugin', 'tool']);
  });

  it('leaves a provider where it is though another appeared', async () => {
    expect(await update('editor')).toEqual(['editor 1-1>2-1']);
  });

  it('moves several at once', async () => {
    expect(await update('alone', 'bystander')).toEqual(['alone 1-1>2-1', 'bystander 1-1>2-1']);
  });

  it('leaves alone what has no newer build that fits, and says so', async () => {
    const run = await hew('lock', image, '--update', 'stuck');
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toContain('stuck does not move for x86_64 baseline: no newer build of it fits');
    expect(run.stdout).toContain('unchanged');
    expect(readFileSync(lock, 'utf8')).toBe(before);
  });

  it('tells a person what moved and why, and gives a lock that builds', async () => {
    const { stdout } = await hew('lock', image, '--update', 'app');
    expect(stdout).toContain('x86_64-baseline: app 1-1 -> 2-1\n');
    expect(stdout).toContain('x86_64-baseline: helper 1-1 -> gone (nothing needs it any longer)\n');
    expect(stdout).toContain('x86_64-baseline: tool new -> 1-1 (needed by app)');
    const { packages } = await build(image, join(folder, 'out'), ['--locked'], { env: { HEW_CACHE: cache } });
    const versions = packages.filter(({ name }) => !['filesystem', 'setup'].includes(name)).map(({ name, evr }) => `${name} ${evr}`);
    expect(versions).toEqual([
      'alone 1-1', 'app 2-1', 'bystander 1-1', 'editor 1-1', 'lib 2-1', 'plugin 2-1', 'stuck 1-1', 'tool 1-1', 'viewer-old 1-1',
    ]);
  });

  it('refuses a name that the lock does not hold, with the nearest one', async () => {
    const run = await hew('lock', image, '--update', 'pluggin', '--json');
    expect([run.status, failureOf(run).code, failureOf(run).problems[0]?.hint]).toEqual([1, 'package-not-locked', expect.stringContaining('plugin')]);
  });

  it('refuses to move one package of a lock that no longer answers its definition', async () => {
    const text = readFileSync(image, 'utf8');
    writeFileSync(image, text.replace('"alone",', ''));
    const run = await hew('lock', image, '--update', 'app', '--json');
    writeFileSync(image, text);
    expect([run.status, failureOf(run).code, failureOf(run).message]).toEqual([1, 'lock-stale', 'package alone is asked for no more']);
  });

  it('refuses when a package that stays has other bytes under the same name, and names it', async () => {
    const changed = before.replace(/(- name: editor\n[\s\S]*?checksum: sha256:)[0-9a-f]{8}/, '$100000000');
    writeFileSync(lock, changed);
    const run = await hew('lock', image, '--update', 'alone', '--json');
    expect([run.status, failureOf(run).code]).toEqual([1, 'lock-checksum']);
    expect(failureOf(run).message).toContain('editor-1-1.noarch');
    expect(readFileSync(lock, 'utf8')).toBe(changed);
  });

  // Last: it takes packages away.
  it('moves also what the repository dropped, since it cannot stay', async () => {
    rmSync(join(repository, 'editor-1-1.noarch.rpm'));
    await publish(repository);
    expect(await update('alone')).toEqual(['alone 1-1>2-1', 'editor 1-1>2-1 the locked build is gone or no longer fits']);
  });
});
