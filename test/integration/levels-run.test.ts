import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { CpuModel } from '../../src/host/port.ts';
import { build } from '../support/hew.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';
import { runOn } from '../support/processor.ts';

// Programs of built roots on processors of each level, in QEMU's user mode: no flag of a file is believed here.
const folder = testFolder();
const roots = { baseline: '', v3: '' };
const below: readonly CpuModel[] = ['qemu64', 'Nehalem'];
const all: readonly CpuModel[] = [...below, 'Haswell-noTSX'];

beforeAll(async () => {
  const file = writeFiles(folder, {
    'test.toml': definition(['bash', 'filesystem', 'coreutils', 'openssl', 'sample-hello', 'sample-crypt', 'sample-fast']),
  });
  const env = { HEW_CACHE: makeCache(folder) };
  for (const level of ['baseline', 'v3'] as const) {
    await build(file, join(folder, level), ['--level', level, '--keep-root'], { env });
    roots[level] = join(folder, level, 'test-1.root');
  }
});

describe('a baseline root', () => {
  it.each(all)('runs its shell on %s', async (model) => {
    const run = await runOn(model, roots.baseline, ['/usr/bin/bash', '-c', 'for n in 1 2 3; do sum=$((sum + n)); done; echo $sum']);
    expect(run).toEqual({ status: 0, stdout: '6', stderr: '' });
  });

  it.each(all)('computes digests with openssl on %s', async (model) => {
    const file = '/usr/bin/bash';
    const expected = createHash('sha256').update(readFileSync(join(roots.baseline, file))).digest('hex');
    const digest = await runOn(model, roots.baseline, ['/usr/bin/openssl', 'dgst', '-sha256', '-r', file]);
    expect(digest).toEqual({ status: 0, stdout: `${expected} *${file}`, stderr: '' });
  });

  it.each(all)('runs programs that have a v3 build on %s', async (model) => {
    const run = await runOn(model, roots.baseline, ['/usr/bin/sample-hello']);
    expect(run).toEqual({ status: 0, stdout: 'sample-hello 1.0 built for x86-64, library for x86-64: 30', stderr: '' });
  });
});

describe('a v3 root', () => {
  it.each(below)('is refused by its own loader on %s', async (model) => {
    const run = await runOn(model, roots.v3, ['/usr/bin/sample-hello']);
    expect(run.status).not.toBe(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/CPU ISA level is lower than required/);
  });

  it('runs on Haswell', async () => {
    const run = await runOn('Haswell-noTSX', roots.v3, ['/usr/bin/sample-hello']);
    expect(run).toEqual({ status: 0, stdout: 'sample-hello 1.0 built for x86-64-v3, library for x86-64-v3: 30', stderr: '' });
  });

  it('has the newer v3 build of a program whose v3 build leads', async () => {
    const run = await runOn('Haswell-noTSX', roots.v3, ['/usr/bin/sample-fast']);
    expect(run.stdout).toMatch(/^sample-fast 2\.1 built for x86-64-v3: /);
    expect((await runOn('Nehalem', roots.v3, ['/usr/bin/sample-fast'])).stderr).toMatch(/CPU ISA level is lower than required/);
  });

  it('has the baseline build of a program whose v3 build lags, which runs everywhere', async () => {
    for (const model of all) {
      expect((await runOn(model, roots.v3, ['/usr/bin/sample-crypt'])).stdout).toMatch(/^sample-crypt 1\.2 built for x86-64: /);
    }
  });
});
