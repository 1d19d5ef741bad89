import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { openDisk, type Disk } from '../../../src/formats/open-disk.ts';
import { readPartitions } from '../../../src/readers/read-partitions.ts';
import { machineFiles } from '../../../src/host/files.ts';
import { testFolder } from '../../support/places.ts';
import { part, request } from './request.ts';
import { makeVhdiTree, runTool, runWorker, vhdiInfo } from './tools.ts';
import { EPOCH, type WorkerAnswer } from './worker.ts';

const folder = testFolder();
const GIB = 2 ** 30;
const SIZE = 5 * GIB;
const BALLAST = 600 * 2 ** 20;
let answer: WorkerAnswer;
let small: WorkerAnswer;

const open = (path: string): Disk => {
  const disk = openDisk(machineFiles.openBytes(path));
  if (!disk.ok) throw new Error(disk.reason);
  return disk.value;
};
const file = (format: string): string => answer.files?.[format] ?? '';
const layout = [part('/boot/efi', 'vfat', '200MiB'), part('/', 'ext4')];

beforeAll(async () => {
  await makeVhdiTree();
  // On tmpfs, so that the machine's disk is not what is measured.
  answer = await runWorker(request('/dev/shm', folder.slice(1).replaceAll('/', '-'), layout, ['raw', 'vhd', 'vhdx', 'qcow2'], { size: '5GiB', ballast: BALLAST, rounds: 3 }));
  if (answer.error !== undefined) throw new Error(answer.error.message);
  small = await runWorker(request(folder, 'small', layout, ['raw.zst', 'zstd', 'zlib'], { size: '1GiB' }));
  return () => machineFiles.remove(join(file('raw'), '..'));
});

const within = (path: string): string => join(path, '..');

describe('a disk of 5 GiB with 600 MiB of data', () => {
  it.each(['vhd', 'vhdx'])('becomes a %s in less than a second, no zero written', (format) => {
    expect(answer.timings?.[format]).toBeLessThan(1);
    expect(statSync(file(format)).blocks * 512).toBeLessThan(BALLAST + 64 * 2 ** 20);
  });

  it.each([['vhd', 'vpc'], ['vhdx', 'vhdx'], ['qcow2', 'qcow2']])('is the same disk as %s for qemu-img and for hew', async (format, name) => {
    const [raw, other] = [file('raw'), file(format)];
    expect(await runTool(['qemu-img', 'compare', '-f', 'raw', '-F', name, raw, other], within(raw))).toContain('identical');
    const info = JSON.parse(await runTool(['qemu-img', 'info', '-f', name, '--output=json', other], within(raw))) as Record<string, unknown>;
    expect(info['virtual-size']).toBe(SIZE);
    const [left, right] = [open(raw).content, open(other).content];
    expect(right.size).toBe(SIZE);
    for (let offset = 0; offset < SIZE; offset += 16 * 2 ** 20 + 4096) {
      if (!Buffer.from(left.read(offset, 9000)).equals(right.read(offset, 9000))) throw new Error(`differs at ${offset}`);
    }
    const table = readPartitions(right);
    expect(table).toMatchObject({ ok: true, value: { problems: [], partitions: [{ filesystem: { type: 'vfat' } }, { filesystem: { type: 'ext4' } }] } });
  });

  it('is a fixed VHD as Azure takes it, and libvhdi agrees', async () => {
    const disk = open(file('vhd'));
    expect(statSync(file('vhd')).size).toBe(SIZE + 512);
    expect(disk).toMatchObject({
      format: 'vhd', footer: { diskType: 'fixed', currentSize: SIZE, originalSize: SIZE, creatorApplication: 'qem2', checksumValid: true, created: EPOCH, version: 0x10000 },
    });
    const info = await vhdiInfo(file('vhd'), within(file('vhd')));
    expect(info).toMatch(/Disk type\s+: Fixed/);
    expect(info).toContain(`(${SIZE} bytes)`);
    expect(disk.format === 'vhd' && info.includes(disk.footer.uuid)).toBe(true);
  });

  it('is a dynamic VHDX with blocks of 1 MiB, and qemu-img and libvhdi agree', async () => {
    const disk = open(file('vhdx'));
    expect(disk).toMatchObject({
      format: 'vhdx', facts: { size: SIZE, blockSize: 2 ** 20, hasParent: false, leaveBlocksAllocated: false, logPending: false, regionTablesValid: [true, true], headers: [{}, {}] },
    });
    expect(await runTool(['qemu-img', 'check', '-f', 'vhdx', file('vhdx')], within(file('vhdx')))).toContain('No errors');
    const info = await vhdiInfo(file('vhdx'), within(file('vhdx')));
    expect(info).toMatch(/Disk type\s+: Dynamic/);
    expect(info).toContain(`(${SIZE} bytes)`);
    expect(disk.format === 'vhdx' && info.includes(disk.facts.headers[1]?.dataWriteGuid ?? 'none')).toBe(true);
  });
});

describe('disks that others made', () => {
  const content = (path: string): string => {
    const { content } = open(path);
    const hash = createHash('sha256');
    for (let offset = 0; offset < content.size; offset += 2 ** 20) hash.update(content.read(offset, 2 ** 20));
    return hash.digest('hex');
  };

  it.each([
    ['dynamic VHD', ['-O', 'vpc', '-o', 'subformat=dynamic,force_size=on']],
    ['VHDX of qemu-img', ['-O', 'vhdx', '-o', 'subformat=dynamic,block_size=8M']],
    ['fixed VHDX', ['-O', 'vhdx', '-o', 'subformat=fixed']],
    ['qcow2 with small clusters', ['-O', 'qcow2', '-o', 'cluster_size=512']],
    ['old qcow2', ['-O', 'qcow2', '-o', 'compat=0.10']],
    ['qcow2 with zlib', ['-O', 'qcow2', '-c']],
    ['qcow2 with zstd', ['-O', 'qcow2', '-c', '-o', 'compression_type=zstd']],
  ])('%s', async (_name, options) => {
    const source = small.files?.['qcow2'] ?? '';
    const raw = join(folder, 'small/part.raw');
    await runTool(['qemu-img', 'convert', '-f', 'qcow2', '-O', 'raw', source, raw], folder);
    truncateSync(raw, 240 * 2 ** 20);
    const other = join(folder, 'small/other');
    await runTool(['qemu-img', 'convert', '-f', 'raw', ...options, raw, other], folder);
    expect(open(other).content.size).toBe(240 * 2 ** 20);
    expect(content(other)).toBe(createHash('sha256').update(readFileSync(raw)).digest('hex'));
  });

  it('says why a difference cannot be read', async () => {
    const base = join(folder, 'small/part.raw');
    const over = join(folder, 'small/over.qcow2');
    await runTool(['qemu-img', 'create', '-f', 'qcow2', '-b', base, '-F', 'raw', over], folder);
    expect(openDisk(machineFiles.openBytes(over))).toEqual({ ok: false, reason: `the qcow2 file is a difference to ${base}` });
  });

  it('unpacks a compressed raw disk to the same disk', async () => {
    const raw = join(folder, 'small/unpacked.raw');
    await runTool(['zstd', '--quiet', '-d', '--sparse', '-o', raw, small.files?.['raw'] ?? ''], folder);
    expect(await runTool(['qemu-img', 'compare', raw, small.files?.['qcow2'] ?? ''], folder)).toContain('identical');
  });

  it('notices a VHDX that was cut off', () => {
    const cut = join(folder, 'cut.vhdx');
    copyFileSync(file('vhdx'), cut);
    truncateSync(cut, 2 * 2 ** 20);
    expect(openDisk(machineFiles.openBytes(cut))).toMatchObject({ ok: false });
  });
});
