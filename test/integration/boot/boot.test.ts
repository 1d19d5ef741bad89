import { execa } from 'execa';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { BootSettings } from '../../../src/definition/index.ts';
import type { Partition } from '../../../src/definition/index.ts';
import { CHECKOUT, NODE } from '../../support/checkout.ts';
import { makeCache, testFolder } from '../../support/places.ts';
import type { WorkerAnswer, WorkerRequest } from './worker.ts';

/** A boot under emulation takes a minute, and several on a machine that others use. */
const MINUTES = 60_000;

const folder = testFolder();
// Initrds that an older hew kept must not stand in for those of this one.
const cache = makeCache(folder);

const run = async (request: WorkerRequest): Promise<WorkerAnswer> => {
  const file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify(request));
  const { stdout } = await execa(NODE, [join(CHECKOUT, 'test/integration/boot/worker.ts'), file], {
    stdin: 'ignore', maxBuffer: 2 ** 26, env: { HEW_CACHE: cache },
  });
  return JSON.parse(stdout) as WorkerAnswer;
};

const settings = (more: Partial<BootSettings> = {}): BootSettings => ({
  firmware: 'uefi', loader: 'systemd-boot', initrd: 'systemd', 'initrd-drivers': [], timeout: 0, 'secure-boot': 'off', 'grow-root': true, ...more,
});
const part = (mount: string, filesystem: NonNullable<Partition['filesystem']>, size: string): Partition => ({
  mount, filesystem, size, options: [], 'mkfs-options': [], subvolumes: [],
});
const GIB = 2 ** 30;
const ESP = part('/boot/efi', 'vfat', '128MiB');

describe('an image with hew’s own initrd, a UKI and systemd-boot', () => {
  it('is made the same each time, boots whole from NVMe and has grown to its disk', async () => {
    const answer = await run({
      settings: settings(),
      disk: { size: '2GiB', label: 'gpt', partitions: [ESP, part('/', 'ext4', 'rest')] },
      rounds: 4,
      guests: [
        { firmware: 'uefi', cpu: 'max', bus: 'nvme', diskSize: 4 * GIB },
        { firmware: 'uefi-secure-boot', cpu: 'max', accelerator: 'tcg' },
        { firmware: 'uefi', cpu: 'max', accelerator: 'tcg', timeout: 6 },
      ],
    });
    expect(answer.error).toBeUndefined();
    expect(new Set(answer.rounds.map(({ initrd }) => initrd)).size).toBe(1);
    expect(new Set(answer.rounds.map(({ files }) => files.join())).size).toBe(1);
    expect(answer.rounds.map(({ fromCache }) => fromCache).at(-1)).toBe(true);
    const [booted, refused, late] = answer.guests;
    expect(booted).toMatchObject({ outcome: 'settled', report: { state: 'running', failedUnits: [], os: { ID: 'debian' } } });
    expect(booted?.report?.commandLine).toBe(answer.commandLine);
    expect(booted?.report?.rootBytes).toBeGreaterThan(3 * GIB);
    expect(booted?.report?.bootSeconds).toBeGreaterThan(1);
    // Nobody whom the firmware trusts has signed this loader.
    expect(refused?.outcome).toBe('refused');
    expect(refused?.line).toMatch(/Access Denied/);
    expect(late?.outcome).toBe('timeout');
    expect(late?.seconds).toBeLessThan(12);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(`${cache}/work/guest`);
  }, 30 * MINUTES);
});

describe('an image with dracut’s initrd behind shim and GRUB', () => {
  it('boots whole where Secure Boot is enforced', async () => {
    const answer = await run({
      settings: settings({ loader: 'grub2', initrd: 'dracut', 'secure-boot': 'required' }),
      disk: { size: '2GiB', label: 'gpt', partitions: [ESP, part('/', 'btrfs', 'rest')] },
      guests: [{ firmware: 'uefi-secure-boot', cpu: 'Haswell-noTSX', bus: 'scsi' }],
    });
    expect(answer.error).toBeUndefined();
    expect(answer.guests[0]).toMatchObject({ outcome: 'settled', report: { state: 'running', failedUnits: [], secureBoot: true } });
    expect(answer.guests[0]?.report?.levels).toEqual(['x86-64-v3', 'x86-64-v2']);
    expect(answer.boot.filter((line) => line.startsWith('grub2/'))).toEqual(['grub2/grub.cfg 600', 'grub2/grubenv 600']);
  }, 20 * MINUTES);
});

describe('an image for BIOS', () => {
  it('boots whole from IDE on a baseline processor, GRUB being on no file system', async () => {
    const answer = await run({
      settings: settings({ firmware: 'bios', loader: 'grub2' }),
      disk: { size: '2GiB', label: 'gpt', partitions: [part('/', 'xfs', 'rest')] },
      // Of two emulated processors, one now and then stopped here on a busy machine.
      guests: [{ firmware: 'bios', cpu: 'qemu64', bus: 'ide', processors: 1 }],
    });
    expect(answer.error).toBeUndefined();
    expect(answer.guests[0]).toMatchObject({ outcome: 'settled', report: { state: 'running', failedUnits: [], levels: [] } });
  }, 20 * MINUTES);
});

describe('a root that cannot be made bootable', () => {
  const disk = { size: '2GiB', label: 'gpt' as const, partitions: [ESP, part('/', 'ext4', 'rest')] };

  it.each([
    ['no kernel', 'no-kernel', ['usr/lib/modules/*/vmlinuz'], {}],
    ['no dracut', 'no-dracut', ['usr/bin/dracut'], { initrd: 'dracut' as const }],
    ['no GRUB', 'no-grub', ['usr/lib/grub'], { loader: 'grub2' as const }],
    ['no shim', 'no-shim', ['usr/lib/shim'], { loader: 'grub2' as const, 'secure-boot': 'required' as const }],
    ['no udev', 'initrd-program-missing', ['usr/bin/udevadm'], {}],
    ['a library missing', 'library-missing', ['usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-*.so'], {}],
  ])('%s', async (_, code, without, more) => {
    const answer = await run({ settings: settings(more), disk, without, guests: [] });
    expect(answer.error?.code).toBe(code);
  });

  it('names a driver that the kernel does not have', async () => {
    const answer = await run({ settings: settings({ 'initrd-drivers': ['ext4', 'no_such_driver'] }), disk, guests: [] });
    expect(answer.error).toMatchObject({ code: 'module-missing', message: expect.stringContaining('no_such_driver') as string });
  });
});
