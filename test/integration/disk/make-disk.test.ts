import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { openDisk, type Disk } from '../../../src/formats/open-disk.ts';
import { openFat } from '../../../src/readers/filesystem/fat.ts';
import { readExt4 } from '../../../src/readers/filesystem/ext4.ts';
import { readPartitions, type PartitionTable } from '../../../src/readers/read-partitions.ts';
import { machineFiles } from '../../../src/host/files.ts';
import { testFolder } from '../../support/places.ts';
import { BOOT, part, request } from './request.ts';
import { HOLE, LONG_TARGET } from './root.ts';
import { runTool, runWorker } from './tools.ts';
import { EPOCH, type WorkerAnswer } from './worker.ts';

const folder = testFolder();

const open = (path: string | undefined): { disk: Disk; table: PartitionTable } => {
  const disk = openDisk(machineFiles.openBytes(path ?? ''));
  if (!disk.ok) throw new Error(disk.reason);
  const table = readPartitions(disk.value.content);
  if (!table.ok) throw new Error(table.reason);
  return { disk: disk.value, table: table.value };
};

const made = async (...args: Parameters<typeof request> extends [string, ...infer Rest] ? Rest : never): Promise<WorkerAnswer> => {
  const answer = await runWorker(request(folder, ...args));
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer;
};

const sha256 = (path: string | undefined): string => createHash('sha256').update(readFileSync(path ?? '')).digest('hex');

/** Copies a partition into a file of its own, for tools that know nothing of disks. */
async function extract(answer: WorkerAnswer, mount: string): Promise<string> {
  const { start = 0, size = 0 } = answer.layout?.partitions.find((one) => one.mount === mount) ?? {};
  const raw = answer.files?.['raw'] ?? '';
  const target = join(raw, '..', `partition-${mount.replaceAll('/', '_')}`);
  await runTool(['qemu-img', 'convert', '--image-opts', '-O', 'raw', `driver=raw,offset=${start},size=${size},file.driver=file,file.filename=${raw}`, target], folder);
  return target;
}

const TREE = [part('/boot/efi', 'vfat', '64MiB'), part('/boot', 'ext4', '64MiB'), part('/', 'ext4', undefined, { label: 'sample' }), part('/home', 'ext4', 'minimal'), part('swap', 'swap', '16MiB')];

describe('a disk with several file systems', async () => {
  const answer = await made('tree', TREE, ['raw'], { size: '2GiB' });
  const { table } = open(answer.files?.['raw']);

  it('has the partitions that were planned, each with its identifiers', async () => {
    expect(table.problems).toEqual([]);
    expect(table.partitions.map(({ type, uuid, name, start, size, filesystem }) => ({ type, uuid, name, start, size, fs: filesystem?.uuid, kind: filesystem?.type })))
      .toEqual(answer.layout?.partitions.map(({ type, partitionUuid, name, start, size, filesystemUuid, filesystem }) => ({
        type, uuid: partitionUuid, name, start, size, fs: filesystemUuid, kind: filesystem,
      })));
    expect(await runTool(['sfdisk', '--verify', answer.files?.['raw'] ?? ''], folder)).toContain('No errors detected');
    expect(statSync(answer.files?.['raw'] ?? '').blocks * 512).toBeLessThan(30 * 2 ** 20);
  });

  it('has file systems without fault', async () => {
    for (const mount of ['/', '/boot', '/home']) await runTool(['e2fsck', '-fn', await extract(answer, mount)], folder);
    expect(await runTool(['fsck.fat', '-n', await extract(answer, '/boot/efi')], folder)).toContain('files');
  });

  it('keeps owners, modes, links, attributes and holes', async () => {
    const root = await extract(answer, '/');
    const ask = (command: string) => runTool(['debugfs', '-R', command, root], folder);
    expect(await ask('stat /usr/bin/program')).toMatch(/Mode: {2}04711[^]*Links: 2/);
    expect(await ask('ea_list /usr/bin/program')).toContain('security.capability (20)');
    expect(await ask('stat /')).toMatch(/Mode: {2}0555/);
    expect(await ask('stat /srv')).toMatch(/Mode: {2}02775/);
    expect(await ask('stat /etc/long-link')).toContain('Type: symlink');
    expect(await ask('cat /etc/long-link')).toContain(LONG_TARGET);
    expect(await ask('stat /var/fifo')).toContain('Type: FIFO');
    expect(await ask('stat /var/hole')).toMatch(new RegExp(`Size: ${HOLE}[^]*Blockcount: 8\\n`));
    expect(await ask('ls -p /usr/bin')).toMatch(/\/(\d+)\/104711\/0\/0\/program\/10\/[^]*\/\1\/104711\/0\/0\/same-program\/10\//);
    expect(await ask('ls -p /srv')).toContain('/ü/');
    const home = await extract(answer, '/home');
    expect(await runTool(['debugfs', '-R', 'stat /user/.profile', home], folder)).toMatch(/User: +1000 +Group: +1001/);
    const bootFolder = await extract(answer, '/boot');
    expect(await runTool(['debugfs', '-R', 'stat /', bootFolder], folder)).toMatch(/Mode: {2}0700[^]*user\.note \(4\) = "kept"/);
  });

  it('puts each mount point’s content on its own file system and leaves an empty folder', async () => {
    const root = await extract(answer, '/');
    expect(await runTool(['debugfs', '-R', 'ls -p /boot', root], folder)).not.toContain('vmlinuz');
    expect(await runTool(['debugfs', '-R', 'stat /boot', root], folder)).toMatch(/Mode: {2}0700/);
    expect(await runTool(['debugfs', '-R', 'ls -p /', await extract(answer, '/boot')], folder)).toMatch(/vmlinuz[^]*efi|efi[^]*vmlinuz/);
  });

  it('knows no time after the epoch, and keeps earlier ones', async () => {
    const root = await extract(answer, '/');
    const times = async (path: string): Promise<string[]> =>
      [...(await runTool(['debugfs', '-R', `stat ${path}`, root], folder)).matchAll(/time: 0x([0-9a-f]+)/g)].map(([, hex = '']) => hex);
    for (const path of ['/', '/bin', '/usr/bin/program', '/lost+found', '/boot']) {
      for (const time of await times(path)) expect(Number.parseInt(time, 16)).toBeLessThanOrEqual(EPOCH);
    }
    expect(await runTool(['debugfs', '-R', 'stat /etc/motd', root], folder)).toContain(`mtime: 0x${(1_600_000_000).toString(16)}`);
  });

  it('has an ESP with what the boot stage gave and what the root had there', () => {
    const esp = openFat(table.partitions[0]?.content ?? machineFiles.openBytes('/dev/null'));
    if (!esp.ok) throw new Error(esp.reason);
    const walked = esp.value.walk();
    expect(walked.ok && walked.value.map(({ path, modified }) => [path, modified])).toEqual([
      'EFI', 'EFI/BOOT', 'EFI/BOOT/BOOTX64.EFI', 'EFI/sample', 'EFI/sample/shim.efi', 'loader', 'loader/entries', 'loader/entries/a long name of an entry.conf',
    ].map((path) => [path, EPOCH]));
    const loader = esp.value.pieces('efi/boot/bootx64.efi', 2 ** 20);
    const pieces = loader.ok ? Array.from(loader.value ?? [], (piece) => Buffer.from(piece)) : [];
    expect(Buffer.concat(pieces).equals(Buffer.alloc(300_000, 'loader'))).toBe(true);
    expect(esp.value.geometry.type).toBe(32);
  });

  it('names the label, the hash seed and the features that boot loaders know', () => {
    const superblock = readExt4(table.partitions[2]?.content ?? machineFiles.openBytes('/dev/null'));
    expect(superblock).toMatchObject({ ok: true, value: { label: 'sample', clean: true, made: EPOCH, hashSeed: expect.stringMatching(/-8[0-9a-f]{3}-[89ab]/) as string } });
    expect(superblock.ok && superblock.value.features).not.toContain('metadata_csum_seed');
  });

  it('leaves the root whole', () => {
    const names = answer.rootAfter?.map((line) => line.split(' ')[0]);
    expect(names).toEqual(expect.arrayContaining(['boot/vmlinuz', 'boot/efi/EFI/sample/shim.efi', 'home/user/.profile']));
    expect(answer.rootAfter?.find((line) => line.startsWith('boot d'))).toMatch(/^boot d 700 0 0 1700000000/);
  });
});

type RootFilesystem = 'ext4' | 'xfs' | 'btrfs' | 'erofs';

/** A disk with this root, in formats that hold the same bytes each in its way: those that compress, of one file system alone. */
const diskOf = (filesystem: RootFilesystem, name: string, more: Parameters<typeof made>[3] = {}, formats = FORMATS[filesystem]): Promise<WorkerAnswer> => {
  const subvolumes = filesystem === 'btrfs' ? ['/', '/home', '/srv'].map((mount) => ({ name: `@${mount.slice(1)}`, mount })) : [];
  const root = part('/', filesystem, undefined, { subvolumes, ...(filesystem === 'xfs' ? { label: 'root' } : {}) });
  return made(name, [part('/boot/efi', 'vfat', '40MiB'), root, ...(filesystem === 'ext4' ? [part('swap', 'swap', '4MiB')] : [])], formats, more);
};
const PLAIN = ['raw', 'vhd', 'vhdx', 'qcow2'];
const FORMATS: Readonly<Record<RootFilesystem, readonly string[]>> = {
  ext4: [...PLAIN, 'vmdk', 'gce', 'vagrant'], xfs: PLAIN, btrfs: PLAIN, erofs: PLAIN,
};

const firstDisks = new Map<RootFilesystem, Promise<WorkerAnswer>>();
/** That disk, made once. */
const firstDisk = (filesystem: RootFilesystem): Promise<WorkerAnswer> => {
  const disk = firstDisks.get(filesystem) ?? diskOf(filesystem, `${filesystem}-1`);
  firstDisks.set(filesystem, disk);
  return disk;
};

describe('equal bytes of equal input', () => {
  it.each(['ext4', 'xfs', 'btrfs', 'erofs'] as const)('%s', async (filesystem) => {
    const first = await firstDisk(filesystem);
    // Inode times of the second root are others, and so is the order of its folders.
    const second = await diskOf(filesystem, `${filesystem}-2`, { backwards: true });
    for (const format of FORMATS[filesystem]) expect([format, sha256(second.files?.[format])]).toEqual([format, sha256(first.files?.[format])]);
    const other = await diskOf(filesystem, `${filesystem}-3`, { seed: 'sha256:4567' }, ['raw']);
    expect(sha256(other.files?.['raw'])).not.toBe(sha256(first.files?.['raw']));
  });
});

describe('other file systems', () => {
  it('XFS is without fault and keeps what a root has', async () => {
    const answer = await firstDisk('xfs');
    expect(open(answer.files?.['raw']).table.partitions[1]?.filesystem).toMatchObject({ type: 'xfs', label: 'root', uuid: answer.layout?.partitions[1]?.filesystemUuid });
    const root = await extract(answer, '/');
    await runTool(['xfs_repair', '-n', root], folder);
    const print = (path: string) => runTool(['xfs_db', '-r', '-c', `path ${path}`, '-c', 'print', root], folder);
    expect(await print('/usr/bin/program')).toMatch(/core\.mode = 0104711[^]*name = "capability"/);
    expect(await print('/home/user')).toMatch(/core\.uid = 1000\ncore\.gid = 1001/);
    expect(await print('/var/hole')).toMatch(/core\.nblocks = 1\n/);
  });

  it('btrfs is without fault and has its subvolumes, the default one mounted as the root', async () => {
    const answer = await firstDisk('btrfs');
    expect(open(answer.files?.['raw']).table.partitions[1]?.filesystem).toMatchObject({ type: 'btrfs', uuid: answer.layout?.partitions[1]?.filesystemUuid });
    const root = await extract(answer, '/');
    expect(await runTool(['btrfs', 'check', '--readonly', '--check-data-csum', root], folder)).toContain('no error found');
    const dump = await runTool(['btrfs', 'inspect-internal', 'dump-tree', '-t', 'root', root], folder);
    expect(dump).toMatch(/name @home\n/);
    expect(dump).toMatch(/name @\n/);
    // The entry `default` of the root tree's own folder: objects from 256 on are subvolumes, 5 would be the top.
    expect(dump).toMatch(/location key \((?:25[6-9]) ROOT_ITEM [^\n]*\n[^\n]*\n\t*name: default/);
    const home = await runTool(['btrfs', 'restore', '--list-roots', root], folder);
    expect(home).toContain('tree key');
    expect(answer.rootAfter).toEqual(expect.arrayContaining([expect.stringMatching(/^home\/user\/\.profile f/)]));
  });

  it('EROFS is without fault and as small as its content', async () => {
    const answer = await firstDisk('erofs');
    const root = await extract(answer, '/');
    await runTool(['fsck.erofs', root], folder);
    expect(open(answer.files?.['raw']).table.partitions[1]?.filesystem).toMatchObject({ type: 'erofs', uuid: answer.layout?.partitions[1]?.filesystemUuid });
    await runTool(['fsck.erofs', `--extract=${folder}/extracted`, '--preserve', root], folder);
    const program = statSync(join(folder, 'extracted/usr/bin/program'));
    expect([program.mode & 0o7777, program.nlink, program.mtimeMs]).toEqual([0o4711, 2, EPOCH * 1000]);
    expect(statSync(join(folder, 'extracted/home/user/.profile'))).toMatchObject({ uid: 1000, gid: 1001 });
    expect(statSync(join(folder, 'extracted/etc/motd')).mtimeMs).toBe(1_600_000_000_000);
    expect(answer.layout?.size).toBeLessThan(60 * 2 ** 20);
  });

  it('a BIOS disk has GRUB in place, with GPT and with MBR', async () => {
    const boot = { ...BOOT, firmware: 'bios' as const, loader: 'grub2' as const };
    const bios = { boot: join(folder, 'boot.img'), core: join(folder, 'core.img') };
    writeFileSync(bios.boot, Buffer.alloc(512, 0x11));
    writeFileSync(bios.core, Buffer.alloc(30_000, 0x22));
    for (const label of ['gpt', 'mbr'] as const) {
      const answer = await made(`bios-${label}`, [part('/', 'ext4')], ['raw'], { boot, bios, label });
      const { table } = open(answer.files?.['raw']);
      expect(table.label).toBe(label);
      expect(table.mbr?.bootCode).toBe(true);
      expect(table.problems).toEqual([]);
      const raw = machineFiles.openBytes(answer.files?.['raw'] ?? '');
      const core = Buffer.from(raw.read(0, 512)).readBigUInt64LE(0x5c);
      expect(core).toBe(label === 'gpt' ? 2048n : 1n);
      expect(Buffer.from(raw.read(Number(core) * 512 + 512, 512)).every((byte) => byte === 0x22)).toBe(true);
      raw.close();
    }
  });
});

describe('what does not fit', () => {
  const esp = part('/boot/efi', 'vfat', '40MiB');
  it('says by how much and names the largest packages', async () => {
    const disk = await runWorker(request(folder, 'small-disk', [esp, part('/', 'ext4')], [], { size: '100MiB', ballast: 80 * 2 ** 20 }));
    expect(disk.error?.code).toBe('disk-too-small');
    expect(disk.error?.message).toMatch(/needs \d+ MiB more than a disk of 100MiB has; the largest packages are kernel \(86 MiB\), glibc/);
    const partition = await runWorker(request(folder, 'small-root', [esp, part('/', 'ext4', '60MiB')], [], { ballast: 80 * 2 ** 20 }));
    expect(partition.error?.code).toBe('partition-too-small');
  });
  it.each(['ext4', 'xfs', 'btrfs'] as const)('what the plan calls enough is enough for mkfs: %s', async (filesystem) => {
    const answer = await made(`tight-${filesystem}`, [esp, part('/', filesystem, 'minimal')], [], { ballast: 150 * 2 ** 20 });
    expect(answer.layout?.partitions[1]?.size).toBeLessThan(420 * 2 ** 20);
  });
});

