import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { GuestResult } from '../../src/guest/run-guest.ts';
import type { VerifyReport } from '../../src/verify/verify-image.ts';
import type { BuildResult } from '../../src/usecases/build.ts';
import { build, runHew } from '../support/hew.ts';
import { testFolder } from '../support/places.ts';

// The images that come with hew, from the sample distribution: built, held against the rules of their platforms, and
// booted. A guest without KVM takes most of a minute to settle.
const folder = testFolder();

const make = (image: string, args: readonly string[] = []): Promise<BuildResult> =>
  build(image, join(folder, image), ['--distro', 'sample', ...args], { cwd: process.cwd() });

const verified = async (artifact: string, platform: string): Promise<readonly string[]> => {
  const run = await runHew(['verify', artifact, '--for', platform, '--json']);
  const reports = JSON.parse(run.stdout) as VerifyReport[];
  expect(reports.length, run.stderr).toBeGreaterThan(0);
  return reports.flatMap(({ results }) => results.filter(({ outcome, severity }) => outcome === 'fail' && severity === 'error').map(({ id }) => id));
};

const booted = async (image: string, args: readonly string[] = []): Promise<GuestResult> => {
  const run = await runHew(['boot', image, '--timeout', '420', '--json', ...args]);
  expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0);
  return JSON.parse(run.stdout) as GuestResult;
};

describe('minimal-os', () => {
  it('is a VHDX that boots to running, with the script that makes a machine of it', async () => {
    const { artifacts, evidence } = await make('minimal-os');
    expect(artifacts.map(({ format }) => format)).toEqual(['vhdx', 'hyperv-script']);
    expect(evidence.map((path) => path.split('/').at(-1))).toContain('sbom.spdx.json');
    const { report } = await booted(artifacts[0]?.path ?? '');
    expect(report?.failedUnits).toEqual([]);
    expect(report?.state).toBe('running');
  });
});

describe('hyperv-vm', () => {
  it('holds the rules of Hyper-V and boots to running', async () => {
    const { artifacts } = await make('hyperv-vm');
    const path = artifacts.find(({ format }) => format === 'vhdx')?.path ?? '';
    // Nothing signs a unified kernel image here, so the rule about Secure Boot is a warning.
    expect(await verified(path, 'hyperv')).toEqual([]);
    expect((await booted(path)).report?.failedUnits).toEqual([]);
  });
});

describe('vm-base', () => {
  it('is the same disk as qcow2 and raw, and its baseline boots on qemu64', async () => {
    const { artifacts } = await make('vm-base');
    expect(artifacts.map(({ format }) => format)).toEqual(['qcow2', 'raw']);
    const path = artifacts[0]?.path ?? '';
    expect(await verified(path, 'qemu')).toEqual([]);
    expect((await booted(path, ['--cpu', 'baseline'])).report?.failedUnits).toEqual([]);
  });
});

describe('azure-vm', () => {
  it('is a fixed VHD that Azure would take, the same bytes twice', async () => {
    // The last takes root and initrd from the cache, whatever earlier tests left there.
    const digests: unknown[] = [];
    for (const args of [['--no-cache'], [], []]) digests.push((await make('azure-vm', args)).artifacts[0]?.sha256);
    expect(new Set(digests).size).toBe(1);
    expect(await verified(join(folder, 'azure-vm/azure-vm-4.0.vhd'), 'azure')).toEqual([]);
  });
});

describe('wsl', () => {
  it('holds the rules of WSL', async () => {
    const { artifacts } = await make('wsl');
    expect(await verified(artifacts[0]?.path ?? '', 'wsl')).toEqual([]);
  });
});
