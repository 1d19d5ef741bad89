import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { measureArguments, sumContent, type Content } from '../../../src/disk/layout/content.ts';
import { fatShape, shapeOfFat } from '../../../src/disk/layout/fat-shape.ts';
import { identifyDisk } from '../../../src/disk/layout/identify.ts';
import { comfortableSpace, ext4Journal, neededSpace } from '../../../src/disk/layout/needed-space.ts';
import { planLayout } from '../../../src/disk/layout/plan-layout.ts';
import { sfdiskScript } from '../../../src/disk/layout/sfdisk.ts';
import { HewError } from '../../../src/errors.ts';
import { boot, MIB, partition } from './support.ts';

const content = (mib: number): Content => ({ fileBytes: mib * MIB, inodes: mib * 20, folderBytes: 4096 });
const packages = [{ name: 'small', size: MIB }, { name: 'kernel', size: 90 * MIB }, { name: 'glibc', size: 20 * MIB }];

const plan = (
  partitions: readonly ReturnType<typeof partition>[],
  { size = 'minimal', used = {}, label = 'gpt', firmware = 'uefi' }: {
    size?: string; used?: Record<string, number>; label?: 'gpt' | 'mbr'; firmware?: 'uefi' | 'bios';
  } = {},
) => planLayout({
  disk: identifyDisk({ disk: { size, label, partitions: [...partitions] }, boot: boot({ firmware }), architecture: 'x86_64', seed: 's' }),
  size, packages, content: new Map(Object.entries(used).map(([mount, mib]) => [mount, content(mib)])),
});

const failure = (act: () => unknown): HewError => {
  try {
    act();
  } catch (error) {
    if (error instanceof HewError) return error;
  }
  throw new Error('nothing failed');
};

describe('planLayout', () => {
  const usual = [partition('/boot/efi', { size: '200MiB' }), partition('/', { size: 'rest' })];

  it('gives the rest of the disk to who asks for it, everything aligned to 1 MiB', () => {
    const { size, partitions } = plan(usual, { size: '5GiB', used: { '/': 600 } });
    expect(size).toBe(5 * 1024 * MIB);
    expect(partitions.map(({ start, size }) => [start / MIB, size / MIB])).toEqual([[1, 200], [201, 4918]]);
  });

  it('lets the root of a disk of given size be the rest unless something else is', () => {
    expect(plan([partition('/')], { size: '1GiB' }).partitions[0]?.size).toBe(1022 * MIB);
    const both = plan([partition('/'), partition('/home', { size: 'rest' })], { size: '1GiB', used: { '/': 100 } });
    expect(both.partitions[0]?.size).toBe(comfortableSpace('ext4', content(100)));
    expect(both.partitions[1]?.size).toBe(1022 * MIB - comfortableSpace('ext4', content(100)));
  });

  it('makes the whole as small as its parts', () => {
    const { size, partitions } = plan(usual, { used: { '/': 100 } });
    const last = partitions.at(-1);
    expect(size).toBe((last?.start ?? 0) + (last?.size ?? 0) + MIB);
  });

  it('gives an ESP and /boot what they usually need', () => {
    const { partitions } = plan([partition('/boot/efi'), partition('/boot'), partition('/')], { used: { '/': 10 } });
    expect(partitions.slice(0, 2).map(({ size }) => size / MIB)).toEqual([200, 512]);
  });

  it('says by how much a disk is too small and which packages are largest', () => {
    const error = failure(() => plan(usual, { size: '512MiB', used: { '/': 600 } }));
    expect(error.code).toBe('disk-too-small');
    const missing = 200 * MIB + 2 * MIB + neededSpace('ext4', content(600)) - 512 * MIB;
    expect(error.message).toContain(`needs ${missing / MIB} MiB more than a disk of 512MiB has`);
    expect(error.message).toMatch(/the largest packages are kernel \(90 MiB\), glibc \(20 MiB\), small \(1 MiB\)$/);
  });

  it('says the same of one partition', () => {
    const error = failure(() => plan([partition('/', { size: '100MiB' })], { size: '5GiB', used: { '/': 150 } }));
    expect(error.code).toBe('partition-too-small');
    expect(error.message).toContain(`the content of / needs ${neededSpace('ext4', content(150)) / MIB - 100} MiB more than its 100 MiB`);
    expect(error.message).toContain('kernel');
    const home = failure(() => plan([partition('/'), partition('/home', { size: '10MiB' })], { used: { '/home': 50 } }));
    expect(home.message).not.toContain('kernel');
  });

  it('never overlaps and never leaves the disk', () => {
    const sizes = fc.record({ esp: fc.integer({ min: 34, max: 600 }), root: fc.integer({ min: 1, max: 3000 }), home: fc.integer({ min: 1, max: 900 }) });
    const filesystems = fc.constantFrom('ext4', 'xfs', 'btrfs');
    fc.assert(fc.property(sizes, filesystems, fc.boolean(), ({ esp, root, home }, filesystem, bios) => {
      const { size, partitions } = plan(
        [partition('/boot/efi', { size: `${esp}MiB` }), partition('/', { filesystem }), partition('/home', { size: 'minimal' })],
        { used: { '/': root, '/home': home }, firmware: bios ? 'bios' : 'uefi' },
      );
      let end = MIB;
      for (const row of partitions) {
        expect(row.start).toBe(end);
        expect(row.size % MIB).toBe(0);
        expect(row.size).toBeGreaterThan(0);
        end += row.size;
      }
      expect(size).toBe(end + MIB);
    }));
  });
});

describe('sfdiskScript', () => {
  it('names every identifier of a GPT', () => {
    const layout = plan([partition('/boot/efi', { size: '64MiB' }), partition('/', { label: 'azurelinux' })], { size: '1GiB' });
    const [esp, root] = layout.partitions;
    expect(sfdiskScript(layout)).toBe([
      'label: gpt', `label-id: ${layout.id}`, 'table-length: 128', 'unit: sectors', 'sector-size: 512', '',
      `start=2048, size=131072, type=c12a7328-f81f-11d2-ba4b-00a0c93ec93b, uuid=${esp?.partitionUuid ?? ''}, name="esp"`,
      `start=133120, size=1961984, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709, uuid=${root?.partitionUuid ?? ''}, name="azurelinux", attrs="GUID:59"`,
      '',
    ].join('\n'));
  });
  it('writes an MBR for a BIOS', () => {
    const layout = plan([partition('/', { size: '64MiB' }), partition('swap', { size: '1MiB' })], { label: 'mbr', firmware: 'bios' });
    expect(sfdiskScript(layout)).toContain(`label: dos\nlabel-id: 0x${layout.id}\n`);
    expect(sfdiskScript(layout)).toContain('start=2048, size=131072, type=83, bootable\nstart=133120, size=2048, type=82\n');
  });
});

describe('content', () => {
  it('asks find for what it reads', () => expect(measureArguments('/r')).toEqual(['/r', '-printf', '%y %s %b %D:%i %n %P\\0']));

  it('counts hard links once, holes not at all, and each mount point apart', () => {
    const lines = [
      'd 100 0 1:1 5 ', 'f 5000 16 1:2 1 a', 'f 9000 24 1:3 2 b', 'f 9000 24 1:3 2 home/same-as-b', `f ${2 ** 30} 8 1:4 1 hole`,
      'l 7 0 1:5 1 short', 'l 70 0 1:6 1 long\nname', 'd 40 0 1:7 2 home', 'f 1 8 1:8 1 home/user file', 'p 0 0 1:9 1 homework',
    ];
    const sums = sumContent(`${lines.join('\0')}\0`, ['/', '/home']);
    expect(sums.get('/')).toMatchObject({ fileBytes: 8192 + 12288 + 4096 + 4096, inodes: 7 });
    expect(sums.get('/home')).toMatchObject({ fileBytes: 4096, inodes: 2 });
  });
});

describe('space of file systems', () => {
  it('knows the default journals of mke2fs', () => {
    expect([10, 500, 1500, 5000, 20_000, 100_000, 500_000].map((mib) => ext4Journal(mib * MIB) / MIB)).toEqual([4, 16, 32, 64, 128, 512, 1024]);
  });
  it('is never less than the content and grows with it', () => {
    fc.assert(fc.property(fc.constantFrom('ext4', 'xfs', 'btrfs', 'vfat'), fc.integer({ min: 0, max: 4000 }), (filesystem, mib) => {
      const needed = neededSpace(filesystem, content(mib));
      expect(needed).toBeGreaterThanOrEqual(mib * MIB);
      expect(needed).toBeLessThanOrEqual(neededSpace(filesystem, content(mib + 100)));
      expect(comfortableSpace(filesystem, content(mib))).toBeGreaterThan(needed);
    }), { numRuns: 60 });
  });
  it('makes an ESP FAT32 from 34 MiB on', () => {
    expect(shapeOfFat(34 * MIB)).toMatchObject({ type: 32, sectorsPerCluster: 1 });
    expect(shapeOfFat(200 * MIB)).toMatchObject({ type: 32, sectorsPerCluster: 4 });
    expect(shapeOfFat(1024 * MIB)).toMatchObject({ type: 32, sectorsPerCluster: 8 });
    expect(shapeOfFat(32 * MIB).type).toBe(16);
    expect(shapeOfFat(MIB).type).toBe(12);
    expect(fatShape(100 * MIB).capacity).toBeGreaterThanOrEqual(100 * MIB);
  });
});
