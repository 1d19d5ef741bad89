import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readExt4 } from '../../../src/readers/filesystem/ext4.ts';
import { openFat } from '../../../src/readers/filesystem/fat.ts';
import { probeFilesystem } from '../../../src/readers/filesystem/probe.ts';
import { planFatTree } from '../../../src/disk/make/fat-tree.ts';
import { attempt } from '../../../src/readers/attempt.ts';
import { fat12, longEntries, shortEntry } from './fat-writer.ts';
import { sourceOf } from '../disk/support.ts';

const DIRECTORY = 0x10;
const deleted = shortEntry('?ONE    TXT', 0x20, 9, 3);
deleted[0] = 0xe5;

const image = fat12(
  Buffer.concat([
    shortEntry('ESP', 0x08, 0), deleted, shortEntry('EFI', DIRECTORY, 2),
    longEntries('a rather long name.conf', 'ARATHE~1CON'), shortEntry('ARATHE~1CON', 0x20, 3, 700),
    longEntries('orphan', 'OTHER   TXT'), shortEntry('lower   TXT'.toUpperCase(), 0x20, 0, 0, 0x18),
  ]),
  [[2], [3, 5]],
  {
    2: Buffer.concat([shortEntry('.', DIRECTORY, 2), shortEntry('..', DIRECTORY, 0), shortEntry('BOOTX64 EFI', 0x20, 3, 600)]),
    3: Buffer.alloc(512, 'a'),
    5: Buffer.alloc(512, 'b'),
  },
);

const fat = (bytes: Uint8Array) => {
  const opened = openFat(sourceOf(bytes));
  if (!opened.ok) throw new Error(opened.reason);
  return opened.value;
};

const textOf = (pieces: Iterable<Uint8Array>): string => Array.from(pieces, (piece) => Buffer.from(piece).toString('latin1')).join('');

describe('FAT', () => {
  it('lists long names, short names and their case, and nothing that was deleted', () => {
    const list = fat(image).list('/');
    expect(list.ok && list.value?.map(({ kind, name, shortName, size }) => [kind, name, shortName, size])).toEqual([
      ['directory', 'EFI', 'EFI', 0], ['file', 'a rather long name.conf', 'ARATHE~1.CON', 700], ['file', 'lower.txt', 'lower.txt', 0],
    ]);
    expect(list.ok && list.value?.[0]?.modified).toBe(1_700_000_000);
  });

  it('follows chains, whatever the case of the path', () => {
    const content = fat(image).pieces('efi/Bootx64.efi', 1000);
    expect(content.ok && textOf(content.value ?? [])).toBe('a'.repeat(512) + 'b'.repeat(88));
    expect(fat(image).pieces('EFI/none', 1000)).toEqual({ ok: true, value: undefined });
    expect(fat(image).list('EFI/BOOTX64.EFI')).toEqual({ ok: true, value: undefined });
    expect(fat(image).pieces('EFI/BOOTX64.EFI', 10)).toMatchObject({ ok: false });
    const walked = fat(image).walk();
    expect(walked.ok && walked.value.map(({ path }) => path)).toEqual(['EFI', 'EFI/BOOTX64.EFI', 'a rather long name.conf', 'lower.txt']);
  });

  it('reads clusters that are neighbours at once, and those that are not in their order', () => {
    const chain = [10, 11, 12, 4, 5, 13, 9];
    const clusters = Object.fromEntries(chain.map((cluster, index) => [cluster, Buffer.alloc(512, 'abcdefg'[index])]));
    const whole = sourceOf(fat12(shortEntry('A', 0x20, 10, 3500), [chain], clusters));
    const reads: number[] = [];
    const opened = openFat({ ...whole, read: (offset, length) => (reads.push(length), whole.read(offset, length)) });
    reads.length = 0;
    const content = opened.ok ? opened.value.pieces('A', 4096) : opened;
    const text = chain.map((_, index) => 'abcdefg'.charAt(index)).map((letter) => letter.repeat(512)).join('').slice(0, 3500);
    expect(content.ok && textOf(content.value ?? [])).toBe(text);
    // The root folder and a piece of the table come first.
    expect(reads).toEqual([512, 64 * 1024 + 4, 3 * 512, 2 * 512, 512, 3500 - 6 * 512]);
  });

  it('tells a chain that ends too early and folders in a circle', () => {
    const short = fat12(shortEntry('A', 0x20, 3, 700), [[3]], {});
    const early = fat(short).pieces('A', 1000);
    expect(() => early.ok && textOf(early.value ?? [])).toThrow('the FAT chain of A ends too early');
    const circle = fat12(shortEntry('A', DIRECTORY, 2), [[2]], { 2: shortEntry('B', DIRECTORY, 2) });
    expect(fat(circle).walk()).toEqual({ ok: false, reason: 'the FAT folders go round in a circle' });
    const endless = fat12(shortEntry('A', 0x20, 2, 2 ** 31), [[2, 3, 2]], {});
    expect(fat(endless).pieces('A', 4096)).toMatchObject({ ok: false });
  });

  it('is named with label and volume id', () => {
    expect(probeFilesystem(sourceOf(image))).toEqual({ type: 'vfat', label: 'ESP', uuid: '1A2B-3C4D', size: 64 * 512 });
  });

  it('never fails otherwise than by a reading, whatever is changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(4096), fc.nat(255)), { minLength: 1, maxLength: 10 });
    fc.assert(fc.property(changes, fc.nat(image.length), (changed, cut) => {
      const bytes = Buffer.from(image.subarray(0, cut < 4096 ? image.length : cut));
      for (const [at, byte] of changed) bytes[at] = byte;
      probeFilesystem(sourceOf(bytes));
      const opened = openFat(sourceOf(bytes));
      expect(typeof opened.ok).toBe('boolean');
      if (!opened.ok) return;
      opened.value.walk();
      const read = attempt(() => {
        const pieces = opened.value.pieces('EFI/BOOTX64.EFI', 100_000);
        return pieces.ok ? textOf(pieces.value ?? []).length : 0;
      });
      expect(!read.ok || read.value <= 100_000).toBe(true);
    }), { numRuns: 500 });
  });
});

describe('ext4', () => {
  const block = Buffer.alloc(2048);
  block.writeUInt16LE(0xef53, 1024 + 0x38);
  block.writeUInt32LE(1000, 1024 + 0x04);
  block.writeUInt32LE(1, 1024 + 0x150);
  block.writeUInt32LE(2, 1024 + 0x18);
  block.writeUInt32LE((1 << 7) | (1 << 6) | (1 << 30), 1024 + 0x60);
  block.writeUInt16LE(1, 1024 + 0x3a);
  block.write('azurelinux', 1024 + 0x78);

  it('reads the superblock', () => {
    expect(readExt4(sourceOf(block))).toMatchObject({
      ok: true, value: { label: 'azurelinux', blockSize: 4096, size: (2 ** 32 + 1000) * 4096, features: ['extent', '64bit', 'bit30'], clean: true },
    });
    expect(readExt4(sourceOf(block.subarray(0, 1500)))).toMatchObject({ ok: false });
    expect(readExt4(sourceOf(Buffer.alloc(4096)))).toEqual({ ok: false, reason: 'there is no ext4 superblock' });
  });
});

describe('planFatTree', () => {
  it('spells folders once, lets the later file win and orders by name', () => {
    const tree = planFatTree([
      { path: 'EFI/boot/b.efi', source: '/1' }, { path: '/EFI/BOOT/B.EFI', source: '/2' }, { path: 'EFI/BOOT/a.efi', source: '/3' },
      { path: '../../outside', source: '/4' },
    ], ['loader']);
    expect(tree).toEqual({
      folders: ['EFI', 'EFI/boot', 'loader'],
      files: [
        { folder: 'EFI/boot', name: 'a.efi', source: '/3' }, { folder: 'EFI/boot', name: 'B.EFI', source: '/2' },
        { folder: '', name: 'outside', source: '/4' },
      ],
    });
  });
});
