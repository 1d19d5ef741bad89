import { describe, expect, it } from 'vitest';

import { listDistributions, loadDistribution } from '../../../src/definition/index.ts';
import { shipped } from '../../support/planned.ts';

/** What each distribution means by x86_64, and how it ships higher levels; sources stand in its file. */
const LEVELS: Readonly<Record<string, readonly [string, string]>> = {
  'almalinux-10': ['v3', 'repositories'],
  'almalinux-10-v2': ['v2', 'basearch'],
  'amazonlinux-2023': ['v2', 'repositories'],
  'azurelinux-3.0': ['v1', 'repositories'],
  'azurelinux-4.0': ['v1', 'repositories'],
  'centos-stream-10': ['v3', 'repositories'],
  'fedora-43': ['v1', 'repositories'],
  'fedora-44': ['v1', 'repositories'],
  'opensuse-tumbleweed': ['v1', 'hwcaps'],
  'oraclelinux-10': ['v3', 'repositories'],
  'rhel-10': ['v3', 'repositories'],
  'rocky-10': ['v3', 'repositories'],
  'ubi-10': ['v3', 'repositories'],
};

describe('the distributions that come with hew', () => {
  it('say their baseline and their level model', async () => {
    const real = (await listDistributions(shipped)).filter(({ name }) => !name.startsWith('sample'));
    expect(Object.fromEntries(real.map(({ name, baseline, levelModel }) => [name, [baseline, levelModel]]))).toEqual(LEVELS);
  });

  it.each(Object.keys(LEVELS))('pin every key: %s', async (name) => {
    const { repositories, 'other-levels': others } = await loadDistribution(shipped, name);
    for (const { id, gpgkey, gpgcheck, fingerprints = [] } of repositories) {
      expect([id, gpgcheck, gpgkey.length > 0, fingerprints.length > 0]).toEqual([id, true, true, true]);
    }
    // What a refusal points to is there.
    for (const other of Object.values(others)) expect(Object.keys(LEVELS)).toContain(other);
  });
});
