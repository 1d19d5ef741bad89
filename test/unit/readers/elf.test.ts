import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readElf, type ElfReading } from '../../../src/readers/elf.ts';
import { CountedBytes, isaNeeded, isaUsed, writeElf, type ElfPlan } from './elf-writer.ts';

const read = (plan: ElfPlan): ElfReading => readElf(new CountedBytes(writeElf(plan)));
const change = (bytes: Uint8Array, at: number, ...values: number[]): CountedBytes => {
  bytes.set(values, at);
  return new CountedBytes(bytes);
};

describe('readElf', () => {
  it.each([
    [1, 'baseline'],
    [3, 'v2'],
    [7, 'v3'],
    [5, 'v3'],
    [15, 'v4'],
    [8, 'v4'],
    [0, undefined],
  ] as const)('takes the highest of the needed bits %i: %s', (value, needed) => {
    expect(read({ properties: [isaNeeded(value)] })).toEqual({
      kind: 'elf',
      machine: 'x86_64',
      bits: 64,
      type: 'shared',
      dynamic: false,
      needed,
      used: undefined,
      unknownNeeds: 0,
      declaredIn: 'PT_GNU_PROPERTY',
    });
  });

  it.each(['PT_GNU_PROPERTY', 'PT_NOTE', 'section'] as const)('finds the note by %s, in both classes', (where) => {
    expect(read({ where, properties: [isaNeeded(5)] })).toMatchObject({ needed: 'v3', declaredIn: where });
    expect(read({ where, bits: 32, properties: [isaNeeded(3)] })).toMatchObject({
      machine: 'i386',
      bits: 32,
      needed: 'v2',
      declaredIn: where,
    });
  });

  it('keeps what is needed and what is used apart', () => {
    expect(read({ properties: [isaNeeded(1), isaUsed(9)] })).toMatchObject({ needed: 'baseline', used: 'v4' });
    expect(read({ properties: [isaUsed(5)] })).toMatchObject({ needed: undefined, used: 'v3' });
  });

  it('passes over the older properties, whose bits mean other things, and those of other kinds', () => {
    const old = [0xc000_0000, 0xc000_0001, 0xc000_8000, 0xc001_0000].map((type) => ({ type, value: 0xffff }));
    const feature = { type: 0xc000_0002, value: 3 };
    expect(read({ properties: [...old, feature] })).toMatchObject({ needed: undefined, declaredIn: undefined });
    expect(read({ properties: [...old, feature, isaNeeded(1)] })).toMatchObject({ needed: 'baseline' });
  });

  it('tells of needs that no level has yet', () => {
    const reading = read({ properties: [isaNeeded(0x8000_0011)] });
    expect(reading).toMatchObject({ needed: 'baseline', unknownNeeds: 0x8000_0010 });
  });

  it('knows programs that a loader checks, static ones, objects and core dumps', () => {
    expect(read({ type: 3, interpreter: true })).toMatchObject({ type: 'shared', dynamic: true });
    expect(read({ type: 2 })).toMatchObject({ type: 'executable', dynamic: false });
    expect(read({ type: 1, where: 'section' })).toMatchObject({ type: 'relocatable', needed: 'baseline' });
    expect(read({ type: 4 })).toMatchObject({ type: 'core', needed: undefined });
    expect(read({ where: 'nowhere' })).toMatchObject({ needed: undefined, declaredIn: undefined });
  });

  it('reads the 32-bit pointers of x32 and the notes of aarch64', () => {
    expect(read({ bits: 32, machine: 62 })).toMatchObject({ machine: 'x86_64', bits: 32, needed: 'baseline' });
    expect(read({ machine: 183, where: 'nowhere' })).toMatchObject({ machine: 'aarch64', bits: 64 });
  });

  it('calls other processors and big-endian files foreign', () => {
    expect(read({ machine: 243 })).toEqual({ kind: 'foreign', machine: 243, bits: 64, bigEndian: false });
    const s390x = writeElf();
    s390x.set([0, 22], 18);
    expect(readElf(change(s390x, 5, 2))).toEqual({ kind: 'foreign', machine: 22, bits: 64, bigEndian: true });
  });

  it('needs one read where the note is near, two where it is far, and few bytes either way', () => {
    const near = new CountedBytes(writeElf());
    expect([readElf(near).kind, near.reads]).toEqual(['elf', 1]);
    const far = new CountedBytes(writeElf({ padding: 1_000_000, properties: [isaNeeded(5)] }));
    expect(readElf(far)).toMatchObject({ needed: 'v3' });
    expect(far.reads).toBeLessThanOrEqual(3);
    expect(far.bytesRead).toBeLessThan(5000);
  });

  it('does not take other files for ELF', () => {
    for (const bytes of [[], [0x7f], [0x7f, 0x45, 0x4c], [0x23, 0x21, 0x2f, 0x62]]) {
      expect(readElf(new CountedBytes(Uint8Array.from(bytes)))).toEqual({ kind: 'not-elf' });
    }
  });
});

describe('readElf on damage', () => {
  it('notices every place at which a file can be cut', () => {
    const whole = writeElf({ interpreter: true });
    for (let length = 4; length < whole.length; length += 1) {
      expect([length, readElf(new CountedBytes(whole.subarray(0, length))).kind]).toEqual([length, 'damaged']);
    }
    const withoutSections = writeElf({ withoutSectionHeaders: true });
    expect(readElf(new CountedBytes(withoutSections))).toMatchObject({ kind: 'elf', needed: 'baseline' });
    expect(readElf(new CountedBytes(withoutSections.subarray(0, -1)))).toMatchObject({ kind: 'damaged' });
  });

  it.each([
    ['beyond the file', { noteSize: 5000 }, 'reaches beyond the end'],
    ['a terabyte', { noteSize: 2 ** 40 }, 'more bytes than any real'],
    ['more than a double can hold', { noteSize: 2 ** 60 }, 'an offset or size'],
  ] as const)('refuses a note that claims %s', (_, plan, reason) => {
    const reading = read(plan);
    expect(reading).toMatchObject({ kind: 'damaged' });
    expect(reading.kind === 'damaged' && reading.reason).toContain(reason);
  });

  it('passes over notes that are not loaded, such as the hundreds of kilobytes of annobin', () => {
    const annobin = new CountedBytes(Buffer.concat([writeElf({ where: 'section', notLoaded: true, noteSize: 227_540 }), new Uint8Array(300_000)]));
    expect(readElf(annobin)).toMatchObject({ kind: 'elf', needed: undefined });
  });

  it('reads no huge note even where the file is as huge', () => {
    const source = new CountedBytes(writeElf({ noteSize: 2 ** 40 }), 2 ** 41);
    expect(readElf(source).kind).toBe('damaged');
    expect(source.bytesRead).toBeLessThan(10_000);
  });

  it.each([
    ['a note name of 4 GiB', 0, [0xff, 0xff, 0xff, 0xff]],
    ['a descriptor of 4 GiB', 4, [0xff, 0xff, 0xff, 0xff]],
    ['a descriptor a little too long', 4, [0x40, 0, 0, 0]],
  ])('refuses %s', (_, at, values) => {
    const bytes = writeElf();
    const note = bytes.findIndex((byte, index) => byte === 0x47 && bytes[index + 1] === 0x4e) - 12;
    expect(readElf(change(bytes, note + at, ...values))).toMatchObject({ kind: 'damaged' });
  });

  it('refuses a property whose size lies', () => {
    expect(read({ properties: [{ ...isaNeeded(5), size: 4096 }] })).toMatchObject({ kind: 'damaged' });
    expect(read({ properties: [{ ...isaNeeded(5), size: 2 }] })).toMatchObject({ kind: 'damaged' });
    expect(read({ properties: [{ ...isaNeeded(5), size: 0xffff_ffff }] })).toMatchObject({ kind: 'damaged' });
  });

  it('refuses header tables that lie', () => {
    expect(readElf(change(writeElf(), 54, 1, 0))).toMatchObject({ kind: 'damaged' });
    expect(readElf(change(writeElf(), 56, 0xff, 0xff))).toMatchObject({ kind: 'damaged' });
    expect(readElf(change(writeElf(), 32, 0xff, 0xff, 0xff, 0xff))).toMatchObject({ kind: 'damaged' });
    expect(readElf(change(writeElf(), 40, ...Array<number>(8).fill(0xff)))).toMatchObject({ kind: 'damaged' });
    expect(readElf(change(writeElf(), 4, 9))).toMatchObject({ kind: 'damaged' });
  });
});

describe('readElf on real programs', () => {
  it('reads the program that runs this test', () => {
    const descriptor = openSync(process.execPath, 'r');
    const source = {
      size: fstatSync(descriptor).size,
      read: (offset: number, length: number): Uint8Array => {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
      },
      close: (): void => closeSync(descriptor),
    };
    const reading = readElf(source);
    source.close();
    const machine = process.arch === 'x64' ? 'x86_64' : 'aarch64';
    expect(reading).toMatchObject({ kind: 'elf', machine, bits: 64, dynamic: true });
    expect(reading.kind === 'elf' && [undefined, 'baseline'].includes(reading.needed)).toBe(true);
  });
});
