import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failureOf, runHew, type HewRun } from '../support/hew.ts';
import { moduleStream, streamDefaults } from '../support/modules.ts';
import { makePackages } from '../support/packages.ts';
import { definition, distribution, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { runTestTool } from '../support/test-tools.ts';

const folder = testFolder();
const place = join(folder, 'repo');
const env = { HEW_CACHE: makeCache(folder) };
const UNSIGNED = 'gpgcheck = false\nrepo_gpgcheck = false\nreason = "nothing of it is installed"';

beforeAll(async () => {
  const nginx = (version: string) => ({ name: 'nginx', version, files: { '/usr/share/test/nginx': version } });
  await makePackages(place, [
    nginx('1.20'), nginx('1.22'), nginx('1.24'),
    { name: 'words', files: { '/usr/share/dict/words': 'word' } },
    { name: 'spell', preamble: ['Requires: /usr/share/dict/words'], files: { '/usr/share/test/spell': 'x' } },
  ]);
  await runTestTool(['createrepo_c', '--quiet', place], { write: [place] });
  writeFileSync(join(folder, 'modules.yaml'), [
    moduleStream('nginx', '1.22', ['nginx-0:1.22-1.noarch']), moduleStream('nginx', '1.24', ['nginx-0:1.24-1.noarch'], { profile: { server: ['nginx'] } }),
    streamDefaults('nginx', '1.22'),
  ].join(''));
  await runTestTool(['modifyrepo_c', '--mdtype=modules', join(folder, 'modules.yaml'), join(place, 'repodata')], { read: [folder], write: [join(place, 'repodata')] });
});

/** An image of these packages, resolved. */
function resolve(name: string, packages: readonly string[], modules: readonly string[] = [], args: readonly string[] = []): Promise<HewRun> {
  const image = writeFiles(join(folder, name), {
    'image.toml': definition(packages, '', './distro.toml').replace('[packages]\n', `[packages]\nmodules = ${JSON.stringify(modules)}\n`),
    'distro.toml': distribution([{ id: 'base', url: `file://${place}`, keys: [], more: UNSIGNED }]),
  });
  return runHew(['plan', image, '--resolve', '--json', ...args], { env });
}

const versions = ({ status, stdout, stderr }: HewRun): readonly string[] => {
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return (JSON.parse(stdout) as { readonly reasons: readonly { readonly name: string; readonly evr: string }[] }).reasons.map(({ name, evr }) => `${name}-${evr}`);
};

describe('a repository with module streams', () => {
  it.each([
    ['the default where none is asked for, though a package of no module is newer or older', [], ['nginx'], 'nginx-1.22-1'],
    ['the one that is asked for', ['nginx:1.24'], ['nginx'], 'nginx-1.24-1'],
    ['with the packages of its profile', ['nginx:1.24/server'], [], 'nginx-1.24-1'],
  ] as const)('gives packages of one stream: %s', async (title, modules, packages, expected) => {
    expect(versions(await resolve(title.slice(0, 8), packages, modules))).toEqual([expected]);
  });

  it('is told to lack a stream by the line that asks for it', async () => {
    const run = await resolve('absent', ['nginx'], ['nginx:1.99']);
    const line = readFileSync(join(folder, 'absent/image.toml'), 'utf8').split('\n').findIndex((text) => text.startsWith('modules')) + 1;
    expect(failureOf(run).problems[0]).toMatchObject({ code: 'module-not-found', hint: 'there is `nginx:1.22`, `nginx:1.24`', place: { line } });
  });

  it('is told to lack a package with the names that come near', async () => {
    expect(failureOf(await resolve('typo', ['ngimx'])).problems[0]).toMatchObject({ code: 'package-not-found', hint: 'did you mean `nginx`?' });
  });
});

describe('a requirement of a file that is not in the primary metadata', () => {
  it('is met, in a cache that is empty as in one that is not', async () => {
    const cold = versions(await resolve('spell', ['spell']));
    expect([cold, versions(await resolve('spell', ['spell']))]).toEqual([['spell-1-1', 'words-1-1'], ['spell-1-1', 'words-1-1']]);
  });
});

describe('a group that no repository has', () => {
  it('is named as it was asked for', async () => {
    expect(failureOf(await resolve('group', ['words', '@nowhere'])).problems[0]).toMatchObject({ message: 'no repository has a group `@nowhere`', place: { file: expect.stringContaining('image.toml') } });
  });
});
