import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { join } from 'node:path';

import { failBuild } from '../support/failures.ts';
import { build, failureOf, runHew } from '../support/hew.ts';
import { definition, testFolder, writeFiles } from '../support/places.ts';

// A build holds what it made against the rules of the platforms that take it, and publishes nothing that breaks one.
const folder = testFolder();

const image = (name: string, more: string): string =>
  writeFiles(join(folder, name), { 'image.toml': `${definition(['release-container', 'filesystem', 'bash', 'coreutils'])}\n${more}` });

describe('hew build', () => {
  it('says which rules hold', async () => {
    const { rules } = await build(image('good', ''), join(folder, 'good-out'));
    expect(rules).toMatchObject([{ artifact: 'test-1.oci', platform: 'oci', image: 'amd64', warnings: [], accepted: [] }]);
    expect(rules[0]?.passed).toEqual(expect.arrayContaining(['oci.layout', 'oci.os-release', 'size.installed']));
  });

  it('publishes nothing that breaks a rule, and says what to do', async () => {
    const { error } = await failBuild(folder, image('large', '[limits]\ninstalled = "1MiB"\ncompressed = "100KiB"'));
    expect(error.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^rule-broken test-1\.oci would not do for oci: size\.installed, .*MiB installed, of 1 MiB$/),
      expect.stringMatching(/^rule-broken test-1\.oci would not do for oci: size\.compressed, .*MiB compressed, of 0\.1 MiB$/),
    ]);
    expect(error.problems[0]?.hint).toContain('[[outputs.accept]]\nrule = "size.installed"\nreason = "…"');
  });

  it('warns of what an image can live without', async () => {
    const nameless = writeFiles(join(folder, 'nameless'), { 'image.toml': definition(['filesystem', 'bash']) });
    const { rules } = await build(nameless, join(folder, 'nameless-out'));
    expect(rules[0]?.warnings.map(({ id }) => id)).toEqual(['oci.os-release']);
  });

  it('accepts a broken rule for a reason, and keeps telling of it', async () => {
    const accepting = '[[outputs.accept]]\nrule = "size.installed"\nreason = "Measured and agreed."\n[limits]\ninstalled = "1MiB"';
    const file = image('accepted', accepting);
    const run = await runHew(['build', file, '--output', join(folder, 'accepted-out')]);
    expect(run.status, run.stderr).toBe(0);
    const manifest = JSON.parse(readFileSync(join(folder, 'accepted-out/test-1.evidence/manifest.json'), 'utf8')) as { rules: readonly object[] };
    expect(manifest.rules).toEqual([{
      artifact: 'test-1.oci', platform: 'oci', image: 'amd64', warnings: [],
      passed: expect.arrayContaining(['oci.layout', 'oci.os-release']) as string[],
      accepted: [{ id: 'size.installed', detail: expect.stringMatching(/MiB installed, of 1 MiB$/) as string, reason: 'Measured and agreed.' }],
    }]);
    expect(run.stderr).toMatch(/test-1\.oci for oci: size\.installed is accepted: .* \(Measured and agreed\.\)/);
    const { stdout } = await runHew(['show', file, '--deviations']);
    expect(stdout).toMatch(/rule oci: size\.installed \(Measured and agreed\.\)/);
  });

  it('knows its rules before anything is downloaded', async () => {
    const run = await runHew(['build', image('typo', '[[outputs.accept]]\nrule = "size.instaled"\nreason = "It is meant so."'), '--json', '-o', join(folder, 'typo-out')]);
    expect(failureOf(run)).toMatchObject({ code: 'rule-unknown', problems: [{ hint: 'did you mean `size.installed`?' }] });
  });

  it('checks no platform where the definition names none', async () => {
    const { rules } = await build(image('none', 'verify = []'), join(folder, 'none-out'));
    expect(rules).toEqual([]);
  });
});
