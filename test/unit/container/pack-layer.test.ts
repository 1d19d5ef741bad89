import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { packLayer } from '../../../src/container/layer.ts';
import { machineFiles } from '../../../src/host/files.ts';
import { pipeProcess } from '../../../src/host/pipe-process.ts';
import type { Host } from '../../../src/host/port.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Scripts in the place of tar and of the compressor; each tells its process to a file of its name. */
async function pack(tar: string, zstd: string, target = join(folder, 'layer')): Promise<unknown> {
  const scripts: Readonly<Record<string, string>> = { tar, zstd };
  const host: Pick<Host, 'piped' | 'fs' | 'clock'> = {
    fs: machineFiles,
    clock: { now: () => new Date(), seconds: () => 0, wait: () => Promise.resolve() },
    piped: ({ tool }, consume, feed) => pipeProcess({
      argv: ['sh', '-c', `echo > ${folder}/process-$$; ${scripts[tool] ?? ''}`], program: tool,
      env: { PATH: '/usr/bin:/bin' }, signal: new AbortController().signal,
    }, consume, feed),
  };
  return packLayer(host as Host, { root: '/', entries: [], epoch: 0, compression: 'zstd' }, target, () => undefined);
}

const running = (): readonly string[] =>
  readdirSync(folder).flatMap((name) => /^process-(\d+)$/.exec(name)?.[1] ?? []).filter((pid) => existsSync(`/proc/${pid}`));

/** An archive that never ends. */
const ENDLESS = 'exec cat /dev/zero';
const FAILS = 'head -c 100000 > /dev/null; echo broken >&2; exit 7';
const KILLED = 'head -c 100000 > /dev/null; kill -9 $$';
/** Reads nothing, writes nothing. */
const STUCK = 'exec sleep 1000';

it.each([
  ['the compressor fails', ENDLESS, FAILS, 'zstd ended with status 7'],
  ['the compressor is killed', ENDLESS, KILLED, 'zstd was ended by SIGKILL'],
  ['the compressor ends well before it has read all', ENDLESS, 'exit 0', 'zstd ended with status 0 before it had read all of its input'],
  ['tar fails', 'echo some; echo broken >&2; exit 7', 'exec cat', 'tar ended with status 7'],
  ['tar is killed', 'echo some; kill -9 $$', 'exec cat', 'tar was ended by SIGKILL'],
  ['both fail', FAILS, FAILS, 'tar ended with status 7'],
])('when %s, all ends with that failure', async (_what, tar, zstd, message) => {
  await expect(pack(tar, zstd)).rejects.toMatchObject({ code: 'tool-failed', message });
  expect(running()).toEqual([]);
});

it.each([['that still read', 'exec cat'], ['that are stuck', `echo some; ${STUCK}`]])('when the disk is full, programs %s end with it', async (_what, zstd) => {
  const target = join(folder, 'full');
  symlinkSync('/dev/full', target);
  await expect(pack(ENDLESS, zstd, target)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(running()).toEqual([]);
});
