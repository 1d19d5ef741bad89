import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { LagReport } from '../../src/usecases/find-lags.ts';
import { sampleFolder } from '../support/checkout.ts';
import { runHew, type HewRun } from '../support/hew.ts';
import { definition, distribution, makeCache, sampleKey, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();

/** An image for v3 of which one repository is at this address, with a key at another. */
const image = (name: string, url: string, key = sampleKey()): string => writeFiles(join(folder, name), {
  'image.toml': definition(['bash'], '[hardware]\nlevel = "v3"', './distro.toml'),
  'distro.toml': `${distribution([{ id: 'base', url: `file://${sampleFolder()}/repos/base/x86_64`, keys: [sampleKey()] }])}
[[repositories]]
id = "base-v3"
baseurl = "${url}"
gpgkey = ["${key}"]
level = "v3"
`,
});

const unknownOf = (run: HewRun): LagReport['unknown'] => (JSON.parse(run.stdout) as LagReport).unknown;

describe('a plan for a level', () => {
  it.each([
    ['repository', 'http://no-such-host.invalid/repo', undefined, /^repository base-v3 could not be read/],
    ['key', `file://${sampleFolder()}/repos/base/x86_64_v3`, 'https://no-such-host.invalid/key', /^the key of repository base-v3 could not be fetched from https:\/\/no-such-host\.invalid\/key: /],
  ])('is printed where a %s cannot be reached, and says what is unknown', async (name, url, key, reason) => {
    const env = { HEW_CACHE: makeCache(folder, `${name}-cache`) };
    const file = image(name, url, key);
    const shown = await runHew(['plan', file], { env });
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.stdout).toMatch(/^not looked up\n {2}x86_64 v3 +lags unknown: /m);
    expect(shown.stdout).toMatch(/^steps$/m);
    expect(unknownOf(await runHew(['plan', file, '--json'], { env }))).toEqual([{ arch: 'x86_64', level: 'v3', reason: expect.stringMatching(reason) as string }]);
  });

  it('knows all where all can be read', async () => {
    const file = image('whole', `file://${sampleFolder()}/repos/base/x86_64_v3`);
    expect(unknownOf(await runHew(['plan', file, '--json'], { env: { HEW_CACHE: makeCache(folder, 'whole-cache') } }))).toEqual([]);
  });

  it.each(['baseline', 'v3'])('is printed before there are any tools (%s)', async (level) => {
    const cache = join(folder, 'no-tools');
    mkdirSync(cache, { recursive: true });
    const file = image('no-tools-image', `file://${sampleFolder()}/repos/base/x86_64_v3`);
    const { status, stdout, stderr } = await runHew(['plan', file, '--level', level], { env: { HEW_CACHE: cache, HEW_TOOLS: 'tree' } });
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^tools\n {2}none yet/m);
    expect(stdout.includes('lags unknown: there is no tools tree yet'), stdout).toBe(level === 'v3');
  });
});
