import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failBuild } from '../support/failures.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { copyRepository, publish } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const repository = join(folder, 'repo');
const lock = join(folder, 'test.lock.yaml');
let file = '';
let cache = '';
const env = (): { HEW_CACHE: string } => ({ HEW_CACHE: cache });
const write = (packages: readonly string[]): string =>
  writeFiles(folder, { 'test.toml': definition(packages, '', './own.toml'), 'own.toml': distribution([{ id: 'own', url: `file://${repository}`, keys: [sampleKey()] }]) });

beforeAll(async () => {
  cache = makeCache(folder);
  // Older builds only: newer ones come later.
  await publish(copyRepository(repository));
  file = write(['bash', 'filesystem', 'sample-hello']);
  const run = await runHew(['lock', file, '--json'], { env: env() });
  expect(run.status, run.stderr).toBe(0);
});

describe('hew lock', () => {
  it('pins packages by checksum and place, and names nothing of this machine', () => {
    const text = readFileSync(lock, 'utf8');
    expect(text).toMatch(/^document: rpm-package-manifest$/m);
    expect(text).toMatch(/- name: sample-hello\n\s+repo_id: own\n\s+location: sample-hello-1\.0-1\.sample\.x86_64\.rpm\n\s+checksum: sha256:[0-9a-f]{64}/);
    // The repository is named as the definition names it; nothing else may say where this ran.
    expect(text.replaceAll(`file://${repository}`, '')).not.toContain(folder);
  });

  it('leaves a lock alone that answers its definition', async () => {
    const before = readFileSync(lock, 'utf8');
    expect((await runHew(['lock', file], { env: env() })).stdout).toContain('unchanged');
    expect(readFileSync(lock, 'utf8')).toBe(before);
    expect((await runHew(['lock', file, '--check'], { env: env() })).status).toBe(0);
  });
});

describe('hew build --locked', () => {
  it('stays with what was locked when something newer appears; --update moves it and says so', async () => {
    copyRepository(repository, (name) => name.startsWith('sample-hello-1.1'), 'repos/updates/x86_64');
    await publish(repository);
    const locked = await build(file, join(folder, 'locked'), ['--locked'], { env: env() });
    expect(locked.packages.find(({ name }) => name === 'sample-hello')?.evr).toBe('1.0-1.sample');
    const free = await build(file, join(folder, 'free'), [], { env: env() });
    expect(free.packages.find(({ name }) => name === 'sample-hello')?.evr).toBe('1.1-1.sample');
    const before = readFileSync(lock, 'utf8');
    const update = await runHew(['lock', file, '--update'], { env: env() });
    expect(update.stdout).toContain('sample-hello 1.0-1.sample -> 1.1-1.sample');
    writeFileSync(lock, before);
  });

  it('fails when there is no lock, or when it does not answer the definition', async () => {
    const unlocked = writeFiles(join(folder, 'unlocked'), { 'test.toml': definition(['filesystem']) });
    expect((await failBuild(folder, unlocked, { args: ['--locked'] })).error.code).toBe('lock-missing');
    write(['bash', 'filesystem', 'sample-hello', 'tzdata']);
    const stale = await failBuild(folder, file, { args: ['--locked'] });
    expect([stale.error.code, stale.error.message]).toEqual(['lock-stale', 'package tzdata is asked for since']);
    const check = await runHew(['lock', file, '--check', '--json'], { env: env() });
    expect([check.status, failureOf(check).code]).toEqual([1, 'lock-stale']);
    write(['bash', 'filesystem', 'sample-hello']);
  });

  it('fails closed when a package has other bytes under the same name, and names it', async () => {
    const text = readFileSync(lock, 'utf8');
    const changed = text.replace(/(- name: sample-hello\n[\s\S]*?checksum: sha256:)[0-9a-f]{8}/, '$100000000');
    expect(changed).not.toBe(text);
    writeFileSync(lock, changed);
    const { error } = await failBuild(folder, file, { args: ['--locked'] });
    expect(error.code).toBe('lock-checksum');
    expect(error.message).toContain('sample-hello-1.0-1.sample.x86_64');
    writeFileSync(lock, text);
  });

  it('fails closed when a locked package is gone, and names it', async () => {
    const other = await publish(copyRepository(join(folder, 'thinner')));
    const thinner = writeFiles(join(folder, 'thin'), {
      'test.toml': definition(['bash', 'filesystem', 'sample-hello'], '', './own.toml'),
      'own.toml': distribution([{ id: 'own', url: `file://${other}`, keys: [sampleKey()] }]),
    });
    expect((await runHew(['lock', thinner], { env: env() })).status).toBe(0);
    rmSync(join(other, 'sample-hello-1.0-1.sample.x86_64.rpm'));
    copyRepository(other, (name) => name.startsWith('sample-hello-1.1'), 'repos/updates/x86_64');
    await publish(other);
    const { error } = await failBuild(folder, thinner, { args: ['--locked'] });
    expect(error.code).toBe('lock-missing');
    expect(error.message).toContain('sample-hello');
  });
});
