import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { LockResult } from '../../src/usecases/lock.ts';
import { failureOf, runHew, type HewRun } from '../support/hew.ts';
import { addAdvisories, copyRepository, makePackages, publish, type MadePackage } from '../support/packages.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
const repository = join(folder, 'repo');
const lock = join(folder, 'test.lock.yaml');
const env = { HEW_CACHE: makeCache(folder) };
const image = join(folder, 'test.toml');
let before = '';
/** An update before the repository had advisories. */
let without: HewRun;

const made = (name: string, version: string, ...preamble: string[]): MadePackage =>
  ({ name, version, preamble, files: { [`/usr/share/test/${name}`]: version }, signer: 'sample' });

const advisory = (id: string, type: string, name: string, title: string): string => `
<update from="security@sample.invalid" status="final" type="${type}" version="1"><id>${id}</id><title>${title}</title>
<severity>Important</severity><issued date="2026-11-01"/><description>d</description><references/>
<pkglist><collection short="s"><name>s</name><package name="${name}" version="2" release="1" epoch="0" arch="noarch"><filename>${name}-2-1.noarch.rpm</filename></package></collection></pkglist></update>`;

const hew = (...args: string[]): Promise<HewRun> => runHew(['lock', image, ...args], { env });

beforeAll(async () => {
  copyRepository(repository, (name) => /^(filesystem|setup)-/.test(name));
  await makePackages(repository, [made('app', '1', 'Requires: lib = 1'), made('lib', '1'), made('other', '1')]);
  await publish(repository);
  writeFiles(folder, {
    'test.toml': definition(['filesystem', 'app', 'other'], '', './own.toml'),
    'own.toml': distribution([{ id: 'own', url: `file://${repository}`, keys: [sampleKey()] }]),
  });
  const run = await hew();
  expect(run.status, run.stderr).toBe(0);
  before = readFileSync(lock, 'utf8');
  without = await hew('--update', '--security');
  await makePackages(repository, [made('app', '2', 'Requires: lib = 2'), made('lib', '2'), made('other', '2')]);
  await addAdvisories(repository, `<?xml version="1.0" encoding="UTF-8"?><updates>${[
    advisory('SAMPLE-2026-1', 'security', 'lib', 'lib &amp; its parser'), advisory('SAMPLE-2026-2', 'bugfix', 'other', 'other starts'),
  ].join('')}</updates>`);
});

beforeEach(() => writeFileSync(lock, before));

async function update(...args: string[]): Promise<readonly string[]> {
  const run = await hew('--update', ...args, '--json');
  expect(run.status, run.stderr).toBe(0);
  const [result] = JSON.parse(run.stdout) as readonly LockResult[];
  return (result?.moved ?? []).flatMap(({ changes }) => changes.map(({ name, from, to, why }) => `${name} ${from?.evr}>${to?.evr} ${why ?? ''}`));
}

describe('hew lock --update', () => {
  it('--security moves what advisories about security ask for and what that forces, and the lock says why', async () => {
    expect(await update('--security')).toEqual(['app 1-1>2-1 it needs lib', 'lib 1-1>2-1 SAMPLE-2026-1 (security, Important): lib & its parser']);
    expect(readFileSync(lock, 'utf8')).toMatch(/- name: lib\n(?: +.*\n)*? +hew:\n +reason: dependency\n +advisories:\n +- SAMPLE-2026-1\n/);
    const old = writeFiles(folder, { 'old.lock.yaml': before });
    expect((await runHew(['diff', old, lock], { env })).stdout).toMatch(/↑ +lib +1-1\.noarch → 2-1\.noarch .*upgraded, SAMPLE-2026-1/);
    // What stays keeps its reason, and there is nothing more to do.
    const again = await hew('--update', '--security');
    expect([again.status, again.stdout.includes('unchanged')]).toEqual([0, true]);
    expect(again.stderr).toContain('no package for x86_64 baseline is older than advisories about security ask for');
  });

  it('--advisory moves what one of them asks for', async () => {
    expect(await update('--advisory', 'SAMPLE-2026-2')).toEqual(['other 1-1>2-1 SAMPLE-2026-2 (bugfix, Important): other starts']);
  });

  it('--security says where no repository has advisories, and moves nothing', () => {
    expect([without.status, without.stdout.includes('unchanged')]).toEqual([0, true]);
    expect(without.stderr).toContain('no repository for x86_64 baseline has advisories, so nothing is known to be fixed there');
  });

  it('refuses an advisory that nobody has, with the nearest one, and names of packages beside it', async () => {
    const unknown = await hew('--update', '--advisory', 'SAMPLE-2026-3', '--json');
    expect([unknown.status, failureOf(unknown).code, failureOf(unknown).problems[0]?.hint]).toEqual([1, 'advisory-not-found', expect.stringContaining('SAMPLE-2026-')]);
    const both = await hew('--update', 'lib', '--security', '--json');
    expect([both.status, failureOf(both).code]).toEqual([2, 'usage']);
    expect(readFileSync(lock, 'utf8')).toBe(before);
  });
});
