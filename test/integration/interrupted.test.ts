import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import type { Output } from '../../src/definition/index.ts';
import { planSteps } from '../../src/plan/steps.ts';
import { build, runHew, type HewRun } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { readLayout } from '../support/oci.ts';
import { definition, makeCache, testFolder, writeFiles } from '../support/places.ts';

const folder = testFolder();
let image: string;
let counter = 0;

/** Stages as a build of one OCI image shows them. */
const STAGES = planSteps([{ format: 'oci', compression: 'zstd' } as Output], {}).map(({ title }) => title);

beforeAll(() => {
  image = writeFiles(folder, { 'image.toml': definition(['filesystem', 'bash', 'openssl-libs', 'coreutils']) });
});

interface Interrupted extends HewRun {
  readonly cache: string;
  readonly output: string;
}

/** Builds, and sends a signal as soon as the stage has begun: to hew alone, or to its group as a terminal does. */
async function interrupt(title: string, signal: NodeJS.Signals, to: 'process' | 'group', delay = 0, what = image): Promise<Interrupted> {
  counter += 1;
  const cache = makeCache(folder, `cache-${counter}`);
  const output = join(folder, `out-${counter}`);
  let sent = false;
  const run = await runHew(['build', what, '--output', output, '--no-cache'], {
    env: { HEW_CACHE: cache },
    onStderr: (text, { pid = 0 }) => {
      if (sent || !text.includes(`- ${title} …`)) return;
      sent = true;
      setTimeout(() => process.kill(to === 'group' ? -pid : pid, signal), delay);
    },
  });
  expect(sent, `the stage \`${title}\` was reached\n${run.stderr}`).toBe(true);
  return { ...run, cache, output };
}

const artifacts = (output: string): readonly string[] => (existsSync(output) ? readdirSync(output) : []);

describe('Ctrl-C, in each stage', () => {
  it('there are stages to try', () => {
    expect(STAGES.length).toBeGreaterThanOrEqual(7);
  });

  it.each(STAGES)('%s: nothing stays behind', async (title) => {
    const { status, stderr, cache, output } = await interrupt(title, 'SIGINT', 'group');
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
    if (status === 0) {
      // The last stage may be over before the signal comes; then the artifacts are whole.
      readLayout(join(output, 'test-1.oci'));
      if (!STAGES.slice(-2).includes(title)) throw new Error(`the build went on to its end after Ctrl-C in ${title}`);
      return;
    }
    expect(status).toBe(1);
    expect(stderr).toContain('error: cancelled; nothing was left behind');
    expect(stderr).not.toContain('defect');
    expect(artifacts(output)).toEqual([]);
  });
});

describe('Ctrl-C, in the stages of a disk', () => {
  const disk = (initrd: string): string => writeFiles(folder, { [`${initrd}.toml`]: `
name = "${initrd}"
version = "1"
extends = ["vm"]
distro = "sample"
[packages]
install = ["release-basic", "dracut"]
[[overrides]]
replace = ["boot"]
reason = "The generator is what is tried."
[boot]
loader = "systemd-boot"
initrd = "${initrd}"
[disk]
size = "2GiB"
[[outputs]]
format = "vhdx"
verify = []
` });

  it.each([
    ['hew’s own initrd', 'systemd', 'initrd (systemd) and boot loader (systemd-boot)', 200],
    ['dracut', 'dracut', 'initrd (dracut) and boot loader (systemd-boot)', 2500],
    ['the disk', 'systemd', 'file systems and disk', 300],
    ['the conversion', 'systemd', 'write artifacts', 30],
  ])('%s: nothing stays behind', async (_what, initrd, title, delay) => {
    const { status, stderr, cache, output } = await interrupt(title, 'SIGINT', 'group', delay, disk(initrd));
    expect([status, stderr]).toEqual([1, expect.stringContaining('error: cancelled; nothing was left behind')]);
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
    expect(artifacts(output)).toEqual([]);
    expect(artifacts(join(cache, 'kept'))).toEqual([]);
  });

  it('the publication: all artifacts or none', async () => {
    const { status, cache, output } = await interrupt('write the evidence', 'SIGINT', 'group', 0, disk('systemd'));
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
    // The last stage may be over before the signal comes.
    const whole = ['systemd-1.evidence', 'systemd-1.ps1', 'systemd-1.vhdx'];
    expect([status, artifacts(output)]).toEqual(status === 0 ? [0, whole] : [1, []]);
  });
});

describe('other ends', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('%s to hew alone', async (signal) => {
    const { status, stderr, cache, output } = await interrupt('install', signal, 'process', 50);
    expect([status, stderr.includes('cancelled')]).toEqual([1, true]);
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
    expect(artifacts(output)).toEqual([]);
  });

  it('SIGKILL: no mount and no process stays; the next build works and removes what lay about', async () => {
    const { signal, cache, output } = await interrupt('install', 'SIGKILL', 'process', 50);
    expect(signal).toBe('SIGKILL');
    const { mounts, processes } = await settledTraces([cache, output], 3);
    expect({ mounts, processes }).toEqual({ mounts: [], processes: [] });
    await build(image, output, [], { env: { HEW_CACHE: cache } });
    readLayout(join(output, 'test-1.oci'));
    expect(artifacts(output).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(artifacts(output)).toEqual(expect.arrayContaining(['test-1.oci', 'test-1.oci.tar']));
  });

  it('SIGKILL while the root lies on disk: the next build removes it', async () => {
    counter += 1;
    const cache = makeCache(folder, `cache-${counter}`);
    const output = join(folder, `out-${counter}`);
    const env = { HEW_CACHE: cache, HEW_WORKSPACE: 'disk' };
    let sent = false;
    await runHew(['build', image, '--output', output, '--no-cache'], {
      env,
      onStderr: (text, { pid = 0 }) => {
        if (sent || !text.includes('- configure …')) return;
        sent = true;
        process.kill(pid, 'SIGKILL');
      },
    });
    expect(sent).toBe(true);
    await build(image, output, [], { env });
    expect(await settledTraces([join(cache, 'sessions'), cache])).toEqual(NO_TRACES);
  });
});

describe('two builds of one image at once', () => {
  it('both succeed, and what stands there in the end is whole', async () => {
    const cache = makeCache(folder, 'shared-cache');
    const output = join(folder, 'shared-out');
    const runs = await Promise.all([1, 2, 3].map(() => build(image, output, [], { env: { HEW_CACHE: cache } })));
    const sums = runs.map(({ artifacts: made }) => made.map(({ sha256 }) => sha256).join());
    expect(new Set(sums).size).toBe(1);
    readLayout(join(output, 'test-1.oci'));
    expect((await build(image, output, [], { env: { HEW_CACHE: cache } })).unchanged).toBe(true);
    expect(await settledTraces([cache, output])).toEqual(NO_TRACES);
  });
});
