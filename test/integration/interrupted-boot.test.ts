import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { failureOf, runHew, type HewRun } from '../support/hew.ts';
import { NO_TRACES, settledTraces, tracesIn } from '../support/leftovers.ts';
import { makeCache, testFolder } from '../support/places.ts';

// However hew ends, no guest outlives it.
const folder = testFolder();
let counter = 0;

/** A disk for a BIOS, whose first sector is a program that goes round for ever: `jmp $`. */
function endlessDisk(): string {
  counter += 1;
  const disk = Buffer.alloc(2 ** 20);
  disk.set([0xeb, 0xfe]);
  disk.set([0x80, 0, 0, 0, 0x83, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], 446);
  disk.set([0x55, 0xaa], 510);
  const file = join(folder, `endless-${counter}.raw`);
  writeFileSync(file, disk);
  return file;
}

const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** QEMU's processes, the probe of KVM left out. */
const guestsOf = (cache: string): number =>
  tracesIn([cache]).processes.filter((line) => /^\d+ (?:\S*\/)?qemu-system-x86_64 .*-monitor stdio /.test(line)).length;

/** Boots, does something when the guest has run for a second, and holds that nothing is left and the image is as it was. */
async function bootUntil(args: readonly string[], whenRunning: (hew: number) => void): Promise<HewRun & { readonly guests: number }> {
  const image = endlessDisk();
  const cache = makeCache(folder, `cache-${counter}`);
  const before = sum(image);
  let guests = 0;
  let said = '';
  let isStarted = false;
  const run = await runHew(['boot', image, '--json', '--verbose', ...args], {
    env: { HEW_CACHE: cache },
    onStderr: (text, { pid = 0 }) => {
      said += text;
      if (isStarted || !/^\+ .* -monitor stdio /m.test(said)) return;
      isStarted = true;
      setTimeout(() => {
        guests = guestsOf(cache);
        whenRunning(pid);
      }, 1500);
    },
  });
  expect(await settledTraces([cache])).toEqual(NO_TRACES);
  expect(sum(image)).toBe(before);
  return { ...run, guests };
}

describe('a guest ends with hew', () => {
  it.each([
    ['Ctrl-C', 'SIGINT', -1],
    ['SIGTERM to hew alone', 'SIGTERM', 1],
    ['SIGHUP to hew alone', 'SIGHUP', 1],
  ] as const)('%s', async (_how, signal, sign) => {
    const run = await bootUntil([], (hew) => process.kill(sign * hew, signal));
    expect([run.guests, run.status, failureOf(run).code]).toEqual([1, 1, 'cancelled']);
  });

  it('SIGKILL to hew alone', async () => {
    const { guests, signal } = await bootUntil([], (hew) => process.kill(hew, 'SIGKILL'));
    expect([guests, signal]).toEqual([1, 'SIGKILL']);
  });

  it('its time is up', async () => {
    const run = await bootUntil(['--timeout', '6'], () => {});
    expect([run.guests, run.status, failureOf(run).code]).toEqual([1, 1, 'guest-timeout']);
  });
});
