import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';
import type { Plan } from '../../src/plan/types.ts';
import { runHew } from '../support/hew.ts';
import { testFolder } from '../support/places.ts';

const folder = testFolder();

// The kickstart files that come with hew are the twins of its images: written by `hew kickstart export`.
const TWINS = {
  'azure-gen2.ks': 'azure-vm',
  'container-base.ks': 'container-base',
  'hyperv-gen2.ks': 'hyperv-vm',
  'minimal.ks': 'minimal-os',
};

const FORMATS: Readonly<Record<string, string>> = {
  'azure-gen2.ks': 'vhd', 'container-base.ks': 'oci', 'hyperv-gen2.ks': 'vhdx', 'minimal.ks': 'vhdx',
};

describe.each(Object.entries(TWINS))('kickstarts/%s', (file, image) => {
  it(`is what ${image} amounts to`, async () => {
    const run = await runHew(['kickstart', 'export', image], { cwd: CHECKOUT });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trimEnd()).toBe(readFileSync(join(CHECKOUT, 'kickstarts', file), 'utf8').trimEnd());
  });

  it('is planned the same as the definition that it is imported to', async () => {
    const format = FORMATS[file] ?? '';
    const toml = join(folder, `${image}.toml`);
    const name = file.replace('.ks', '');
    const imported = await runHew(['kickstart', 'import', join('kickstarts', file), '--distro', 'sample', '--format', format, '-o', toml], { cwd: CHECKOUT });
    expect(imported.status, imported.stderr).toBe(0);
    const plan = async (of: string, args: readonly string[] = []): Promise<unknown> => {
      const run = await runHew(['plan', of, '--distro', 'sample', '--json', ...args], { cwd: CHECKOUT });
      expect(run.status, run.stdout).toBe(0);
      const { image: { file: _file, ...planned }, packages, configuration, boot, disk, outputs } = JSON.parse(run.stdout) as Plan;
      return { planned, packages, configuration, boot, disk, outputs };
    };
    expect(await plan(toml)).toEqual(await plan(join('kickstarts', file), ['--format', format]));
    expect(readFileSync(toml, 'utf8')).toContain(`\nname = "${name}"\nversion = "1"\ndistro = "sample"\n`);
  });

  it('can be honoured whole', async () => {
    const run = await runHew(['kickstart', 'check', join('kickstarts', file)], { cwd: CHECKOUT });
    expect([run.status, run.stdout]).toEqual([0, expect.stringMatching(/ 0 refused/)]);
  });
});
