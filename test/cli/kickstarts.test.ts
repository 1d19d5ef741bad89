import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { CHECKOUT } from '../support/checkout.ts';
import { runHew } from '../support/hew.ts';

// The kickstart files that come with hew are the twins of its images: written by `hew kickstart export`.
const TWINS = {
  'azure-gen2.ks': 'azure-vm',
  'container-base.ks': 'container-base',
  'hyperv-gen2.ks': 'hyperv-vm',
  'minimal.ks': 'minimal-os',
};

describe.each(Object.entries(TWINS))('kickstarts/%s', (file, image) => {
  it(`is what ${image} amounts to`, async () => {
    const run = await runHew(['kickstart', 'export', image], { cwd: CHECKOUT });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trimEnd()).toBe(readFileSync(join(CHECKOUT, 'kickstarts', file), 'utf8').trimEnd());
  });

  it('can be honoured whole', async () => {
    const run = await runHew(['kickstart', 'check', join('kickstarts', file)], { cwd: CHECKOUT });
    expect([run.status, run.stdout]).toEqual([0, expect.stringMatching(/ 0 refused/)]);
  });
});
