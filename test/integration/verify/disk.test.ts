import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { failureOf, runHew } from '../../support/hew.ts';
import { testFolder } from '../../support/places.ts';
import { runTool } from '../disk/tools.ts';
import { makeDisk, ROOT_UUID } from './disks.ts';
import { failedIds, inspect, verify } from './run.ts';

const folder = testFolder();
let raw = '';
const at = (name: string): string => join(folder, name);
const convert = async (format: string, name: string, options = ''): Promise<string> => {
  await runTool(['qemu-img', 'convert', '-f', 'raw', '-O', format, ...(options === '' ? [] : ['-o', options]), raw, at(name)], folder);
  return at(name);
};

beforeAll(async () => {
  raw = await makeDisk(folder, 'tiny.raw');
});

describe('verify --for qemu', () => {
  it('passes a disk with a root on ext4 and an ESP', async () => {
    expect(await failedIds(raw, 'qemu')).toEqual([]);
  });

  it.each(['xfs', 'btrfs', 'erofs'])('reads a root on %s', async (filesystem) => {
    const disk = await makeDisk(folder, `tiny-${filesystem}.raw`, { filesystem });
    expect(await failedIds(disk, 'qemu')).toEqual([]);
    expect((await inspect(disk))[0]).toMatchObject({ os: { ID: 'tiny' }, disk: { partitions: [{ mount: '/boot/efi' }, { mount: '/', filesystem: { type: filesystem } }] } });
  });

  it('tells each fault of a disk by its rule', async () => {
    const disk = await makeDisk(folder, 'faulty.raw', {
      files: {
        'etc/fstab': `UUID=${ROOT_UUID} / ext4 defaults 0 1\nUUID=ABCD-1234 /boot/efi vfat defaults 0 0\n/swapfile none swap sw 0 0\n`,
        'etc/os-release': 'NAME=Tiny\nID=tiny\n',
        'boot/grub2/grub.cfg': 'set default=0\n',
      },
      loaderPath: 'EFI/tiny/shimx64.efi',
      commandLine: 'root=LABEL=x fips=1',
    });
    expect(await failedIds(disk, 'qemu')).toEqual([
      'disk.esp', 'disk.esp-fstab', 'system.fips', 'system.grub-modes', 'system.os-release',
    ]);
    expect(await failedIds(disk, 'qemu', 'warning')).toContain('disk.no-swap');
    expect(await failedIds(disk, 'azure')).toContain('azure.no-swap');
  });

  it('refuses a file system that it does not know, and inspect shows the rest', async () => {
    const disk = await makeDisk(folder, 'unknown.raw', { filesystem: 'unknown' });
    const run = await runHew(['verify', disk, '--for', 'qemu', '--json']);
    expect(run.status).toBe(1);
    expect(failureOf(run)).toMatchObject({ code: 'filesystem-unknown' });
    expect((await inspect(disk))[0]).toMatchObject({ rootProblem: expect.stringContaining('partition 2'), disk: { table: 'gpt', partitions: [{}, {}] } });
  });

  it('passes no disk with a loader, kernel or initrd that is none', async () => {
    const text = await makeDisk(folder, 'text.raw', { loader: Buffer.from('MZ, and no more') });
    expect(await failedIds(text, 'qemu')).toEqual(['disk.esp', 'system.boot-entry']);
    const beside = await makeDisk(folder, 'beside.raw', { besideLoader: { 'EFI/tiny/grubx64.efi': 'MZ, and no more' } });
    expect(await failedIds(beside, 'qemu')).toEqual(['system.boot-entry']);
    const letter = await makeDisk(folder, 'letter.raw', { kernel: Buffer.from('k'), rubbish: true });
    expect(await failedIds(letter, 'qemu')).toEqual(['system.boot-entry', 'system.initrd']);
    const named = await makeDisk(folder, 'named.raw', { files: { 'boot/loader/entries/a.conf': 'title A\nlinux /vmlinuz-absent\noptions root=LABEL=x\n' } });
    expect(await failedIds(named, 'qemu')).toEqual(['system.boot-entry']);
    expect((await inspect(text))[0]?.disk?.firmware).toEqual([]);
  });

  it('finds a second system, one that is locked away, and what lies beside the partitions', async () => {
    const second = await makeDisk(folder, 'second.raw', { third: { 'etc/os-release': 'ID=other\n' } });
    expect(await failedIds(second, 'qemu')).toEqual(['disk.one-root']);
    const locked = await makeDisk(folder, 'locked.raw', { third: Buffer.from('LUKS\u00ba\u00be\0\u0002', 'latin1') });
    expect(await failedIds(locked, 'qemu')).toEqual(['disk.one-root']);
    const data = await makeDisk(folder, 'data.raw', { third: { 'srv/data': 'x' } });
    expect(await failedIds(data, 'qemu')).toEqual([]);
    const payload = at('payload.raw');
    copyFileSync(raw, payload);
    await runTool(['sh', '-c', `printf payload | dd of=${payload} bs=1 seek=40000 conv=notrunc`], folder);
    expect(await failedIds(payload, 'qemu')).toEqual(['disk.partition-table']);
  });

  it('tells a file system whose superblock alone is whole', async () => {
    const disk = at('damaged.raw');
    copyFileSync(raw, disk);
    await runTool(['dd', 'if=/dev/urandom', `of=${disk}`, 'bs=4096', `seek=${(34 * 2 ** 20) / 4096 + 1}`, 'count=2000', 'conv=notrunc'], folder);
    const run = await runHew(['verify', disk, '--for', 'qemu', '--json']);
    expect(failureOf(run)).toMatchObject({ code: 'filesystem-unreadable' });
  });
});

describe('verify --for azure', () => {
  const VHD = /^azure\.(?:vhd-|generation)/;
  const vhdFaults = async (path: string): Promise<readonly string[]> => (await failedIds(path, 'azure')).filter((id) => VHD.test(id));

  it('takes a fixed VHD of exact size, and tells what its system lacks', async () => {
    const vhd = await convert('vpc', 'exact.vhd', 'subformat=fixed,force_size=on');
    expect(await failedIds(vhd, 'azure')).toEqual(['azure.provisioner', 'azure.sshd']);
    expect(await failedIds(vhd, 'azure', 'warning')).toEqual([
      'azure.accelerated-network', 'azure.earlyprintk', 'azure.growpart', 'azure.net-ifnames', 'azure.nvme', 'azure.rootdelay', 'azure.secure-boot',
      'hyperv.daemons',
    ]);
  });

  it('refuses a dynamic VHD', async () => {
    expect(await vhdFaults(await convert('vpc', 'dynamic.vhd', 'subformat=dynamic,force_size=on'))).toEqual(['azure.vhd-fixed']);
  });

  it('refuses a size that qemu-img took from the geometry', async () => {
    const faults = await vhdFaults(await convert('vpc', 'geometry.vhd', 'subformat=fixed'));
    expect(faults).toContain('azure.vhd-creator');
    expect(faults).toContain('azure.vhd-aligned');
  });

  it('refuses a size that is off by one sector', async () => {
    const odd = at('odd.raw');
    copyFileSync(raw, odd);
    truncateSync(odd, 59 * 2 ** 20 + 512);
    await runTool(['qemu-img', 'convert', '-f', 'raw', '-O', 'vpc', '-o', 'subformat=fixed,force_size=on', odd, at('odd.vhd')], folder);
    expect(await vhdFaults(at('odd.vhd'))).toEqual(['azure.vhd-aligned']);
  });

  it('refuses a wrong checksum, a file that is longer than it says, and one without a footer', async () => {
    const patched = async (name: string, offset: number, bytes: readonly number[]): Promise<string> => {
      const path = await convert('vpc', name, 'subformat=fixed,force_size=on');
      const octal = bytes.map((byte) => String.raw`\0${byte.toString(8)}`).join('');
      await runTool(['sh', '-c', `printf '%b' '${octal}' | dd of=${path} bs=1 seek=${59 * 2 ** 20 + offset} conv=notrunc`], folder);
      return path;
    };
    expect(await vhdFaults(await patched('checksum.vhd', 64, [0, 0, 0, 1]))).toEqual(['azure.vhd-checksum']);
    // A MiB less: byte 5 of CurrentSize counts 64 KiB; the checksum is then wrong too.
    expect(await vhdFaults(await patched('size.vhd', 53, [0xa0]))).toEqual(['azure.vhd-checksum', 'azure.vhd-file-size', 'azure.vhd-footer']);
    expect(await vhdFaults(await patched('cookie.vhd', 0, [0x78]))).toEqual(['azure.vhd-format']);
  });

  it('tells that an empty disk starts nowhere', async () => {
    await runTool(['qemu-img', 'create', '-f', 'vpc', '-o', 'subformat=fixed,force_size=on', at('empty.vhd'), '64M'], folder);
    const ids = await failedIds(at('empty.vhd'), 'azure');
    expect(ids).toEqual(['azure.console', 'azure.generation', 'disk.one-root', 'disk.partition-table', 'system.boot-entry']);
  });
});

describe('verify --for hyperv', () => {
  it('takes a VHDX of 1 MiB blocks, and warns where the script and the signature are missing', async () => {
    const vhdx = await convert('vhdx', 'tiny.vhdx', 'subformat=dynamic,block_size=1M');
    expect(await failedIds(vhdx, 'hyperv')).toEqual([]);
    writeFileSync(at('tiny.ps1'), 'New-VM -Generation 2\nSet-VMFirmware -EnableSecureBoot Off\n');
    expect(await failedIds(vhdx, 'hyperv', 'warning')).toEqual(['hyperv.daemons', 'hyperv.integration-modules', 'hyperv.secure-boot']);
    expect(await failedIds(raw, 'hyperv')).toEqual(['hyperv.format']);
  });
});

describe('inspect', () => {
  it('shows the same disk in every format', async () => {
    const [, ...others] = ['raw', await convert('qcow2', 'tiny.qcow2', ''), await convert('vhdx', 'same.vhdx'), await convert('vpc', 'same.vhd', 'force_size=on')];
    const [expected] = await inspect(raw);
    expect(expected).toMatchObject({
      format: 'raw', os: { PRETTY_NAME: 'Tiny Linux 1' }, kernels: [{ version: '6.12.1-test', hasImage: true, hasModules: true, initrd: true }],
      boot: { entries: [{ kind: 'bls', title: 'Tiny', commandLine: `root=UUID=${ROOT_UUID} console=ttyS0` }] },
      disk: { table: 'gpt', firmware: ['UEFI'], problems: [], partitions: [{ filesystem: { type: 'vfat', uuid: 'ABCD-1234' } }, { filesystem: { type: 'ext4' } }] },
    });
    for (const path of others) {
      const [found] = await inspect(path);
      expect(found?.disk?.partitions).toEqual(expected?.disk?.partitions);
      expect(found?.boot).toEqual(expected?.boot);
    }
  });

  it('is readable by people, and verify too', async () => {
    const shown = await runHew(['inspect', raw]);
    expect(shown.stdout).toMatch(/partitions \(GPT\)\n\s+1 .*vfat.*\n\s+2 .*ext4/);
    const verified = await runHew(['verify', raw, '--for', 'azure']);
    expect(verified.stdout).toMatch(/^tiny\.raw for azure: FAILED\n {2}FAILED azure\.vhd-format: .*\n {4}found: it is raw.*\n {4}remedy: /);
    expect(verified.status).toBe(1);
    expect((await verify(raw, 'qemu'))[0]?.results.every(({ source }) => source !== '')).toBe(true);
  });
});
