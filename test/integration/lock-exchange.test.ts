import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BuildResult } from '../../src/build/build-image.ts';
import { build, failureOf, runHew, type HewRun } from '../support/hew.ts';
import { copyRepository, makePackages, publish, type MadePackage } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';
import { files, serve, type TestServer } from '../support/server.ts';

const folder = testFolder();
const repository = join(folder, 'repo');
const image = join(folder, 'test.toml');
const lock = join(folder, 'test.lock.yaml');
const env = { HEW_CACHE: makeCache(folder) };
let server: TestServer;
let own = '';
let sums: readonly string[] = [];

const made = (name: string, version: string, ...preamble: string[]): MadePackage =>
  ({ name, version, preamble, files: { [`/usr/share/test/${name}`]: version }, signer: 'sample' });
const hew = (...args: string[]): Promise<HewRun> => runHew(['lock', image, ...args], { env });
const sumsOf = ({ artifacts }: BuildResult): readonly string[] => artifacts.map(({ format, sha256 }) => `${format} ${sha256}`);

async function locked(...args: string[]): Promise<HewRun> {
  const run = await hew(...args);
  expect(run.status, run.stderr).toBe(0);
  return run;
}

beforeAll(async () => {
  copyRepository(repository, (name) => /^(filesystem|setup)-/.test(name));
  await makePackages(repository, [made('app', '1', 'Requires: lib'), made('lib', '1'), made('extra', '1')]);
  await publish(repository);
  server = await serve(files('/x86_64', repository));
  writeFiles(folder, {
    'test.toml': definition(['filesystem', 'app'], '', './own.toml'),
    'own.toml': distribution([{ id: 'own', url: `http://someone:secret@127.0.0.1:${server.port}/$basearch`, keys: [sampleKey()] }]),
  });
  await locked('--export', 'konflux');
  own = readFileSync(lock, 'utf8');
  await locked('--export', 'dnf5-manifest', '-o', join(folder, 'packages.manifest.yaml'));
  expect(readFileSync(lock, 'utf8')).toBe(own);
  sums = sumsOf(await build(image, join(folder, 'own'), ['--locked', '--no-cache'], { env }));
  // A newer build, which no imported lock may take.
  await makePackages(repository, [made('lib', '2')]);
  await publish(repository);
});
afterAll(() => server.close());

describe.each(['rpms.lock.yaml', 'packages.manifest.yaml'])('%s', (name) => {
  const file = join(folder, name);

  it('names packages by addresses of the repository, without a password', () => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/secret|hew|reason/);
    expect(text).toContain(`${server.url}/x86_64${name.startsWith('rpms') ? '/lib-1-1.noarch.rpm' : '\n'}`);
  });

  it('gives the lock again that it was made from, and a build of the same bytes', async () => {
    rmSync(lock, { force: true });
    await locked('--import', file);
    expect(readFileSync(lock, 'utf8')).toBe(own);
    expect(sumsOf(await build(image, join(folder, `${name}-out`), ['--locked', '--no-cache'], { env }))).toEqual(sums);
  });

  it('is refused where its checksums are not those of the repository', async () => {
    const other = writeFiles(folder, { [`other-${name}`]: readFileSync(file, 'utf8').replaceAll(/(sha256:)[0-9a-f]{8}/g, '$100000000') });
    const run = await hew('--import', other, '--json');
    expect([run.status, failureOf(run).code]).toEqual([1, 'lock-checksum']);
  });

  it('is refused where the definition asks for more, or for less', async () => {
    const text = readFileSync(image, 'utf8');
    writeFileSync(image, text.replace('"app"', '"app", "extra"'));
    const more = await hew('--import', file, '--json');
    writeFileSync(image, text.replace('"app"', '"lib"'));
    const less = await hew('--import', file, '--json');
    writeFileSync(image, text);
    expect([more.status, failureOf(more).code]).toEqual([1, 'lock-missing']);
    expect([less.status, failureOf(less).code, failureOf(less).message]).toEqual([1, 'lock-unexpected', 'the file holds app-1-1.noarch, which test does not need']);
  });
});
