import { crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { vhdxSkeleton } from '../../src/formats/vhdx/skeleton.ts';
import { openDisk } from '../../src/formats/open-disk.ts';
import { attempt } from '../../src/readers/attempt.ts';
import { BadBytes } from '../../src/readers/bytes.ts';
import { readElf } from '../../src/readers/elf.ts';
import { readPartitions } from '../../src/readers/read-partitions.ts';
import { bytesOfPieces, MIB, sourceOf } from '../unit/disk/support.ts';
import { CountedBytes, writeElf } from '../unit/readers/elf-writer.ts';
import { gptDisk, SECTOR, UUID } from '../unit/readers/gpt-writer.ts';
import { qcow2Image, vhdFooter } from '../unit/readers/image-writer.ts';
import { cpio, list, readEntries, tar } from '../unit/verify/archives.ts';

it('readElf never crashes, hangs or reads without bound, whatever the bytes are', () => {
  const broken = fc.tuple(
    fc.record({
      bits: fc.constantFrom(32 as const, 64 as const),
      where: fc.constantFrom('PT_GNU_PROPERTY' as const, 'PT_NOTE' as const, 'section' as const, 'nowhere' as const),
      type: fc.integer({ min: 0, max: 5 }),
      interpreter: fc.boolean(),
      padding: fc.constantFrom(0, 8000),
    }),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 12 }),
    fc.nat(9000),
    fc.constantFrom(0, 2 ** 20, 2 ** 44),
  );
  fc.assert(
    fc.property(broken, ([plan, changes, length, extra]) => {
      const bytes = writeElf(plan).slice(0, Math.max(length, 200));
      for (const [at, value] of changes) if (at >= 4 && at < bytes.length) bytes[at] = value;
      const source = new CountedBytes(bytes, bytes.length + extra);
      expect(['elf', 'damaged', 'foreign']).toContain(readElf(source).kind);
      expect(source.bytesRead).toBeLessThan(700 * 1024);
      expect(source.reads).toBeLessThan(1000);
    }),
    { numRuns: 5000, interruptAfterTimeLimit: 4000 },
  );
});

it('a GPT is read or refused, whatever is changed', () => {
  const [good, disk] = [gptDisk(), gptDisk()];
  const place = fc.oneof(fc.nat(2 * SECTOR), fc.nat(300).map((at) => 2 * SECTOR + at), fc.nat(SECTOR).map((at) => good.length - 1 - at));
  fc.assert(fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }), fc.boolean(), (changes, mend) => {
    // Changed in place and put back: a copy of the disk for each run takes longer than all its readings.
    for (const [at, byte] of changes) disk[at] = byte;
    if (mend) {
      const header = disk.subarray(SECTOR, SECTOR + 92);
      header.writeUInt32LE(0, 16);
      header.writeUInt32LE(crc32(header), 16);
    }
    expect(typeof readPartitions(sourceOf(disk)).ok).toBe('boolean');
    for (const [start, end] of [[0, 3 * SECTOR], [disk.length - SECTOR, disk.length]] as const) good.copy(disk, start, start, end);
  }), { numRuns: 200 });
});

const skeleton = vhdxSkeleton({ size: 8 * MIB, blocks: [0, 3], diskId: UUID, fileWriteGuid: UUID, dataWriteGuid: UUID });
it.each([
['vhdx', bytesOfPieces(skeleton.fileSize, skeleton.pieces)],
['qcow2', qcow2Image('zstd')],
['vhd', Buffer.concat([Buffer.alloc(4096), vhdFooter(4096)])],
['nothing', Buffer.alloc(2048)],
])('a disk in a container is read or refused, whatever is changed in a %s', (_name, good) => {
const interesting = fc.oneof(fc.nat(good.length - 1), fc.nat(600), fc.constantFrom(0, 64, 128, 192, 256, 2048, 3072).chain((kib) => fc.nat(200).map((at) => kib * 1024 + at)), fc.nat(511).map((at) => good.length - 1 - at));
const changes = fc.array(fc.tuple(interesting, fc.nat(255)), { minLength: 1, maxLength: 12 });
const cut = fc.option(fc.nat(good.length), { nil: good.length });
fc.assert(fc.property(changes, cut, (changed, length) => {
  const bytes = Buffer.from(good.subarray(0, length));
  for (const [at, byte] of changed) if (at < bytes.length) bytes[at] = byte;
  const disk = openDisk(sourceOf(bytes));
  expect(typeof disk.ok).toBe('boolean');
  if (!disk.ok) return;
  for (const at of [0, 65536, 3 * MIB]) {
    const read = attempt(() => disk.value.content.read(at, 70_000));
    expect(!read.ok || read.value.length <= 70_000).toBe(true);
  }
}), { numRuns: 150 });
});

/** What a reader says, where BadBytes is an answer too. */
function outcome(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadBytes) return true;
    throw error;
  }
}

/** Puts the sum of a tar header right. */
function sign(header: Buffer): void {
  header.write('        ', 148, 'latin1');
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

it('a tar ends, with entries or with BadBytes, whatever bytes were changed', () => {
  const change = fc.record({ at: fc.nat(tar.length - 1), to: fc.nat(255) });
  fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 2000 }), fc.boolean(), (changes, step, mend) => {
    const broken = Buffer.from(tar);
    for (const { at, to } of changes) broken[at] = to;
    // With its sum put right, what is in a header is read and not only refused.
    if (mend) for (let at = 0; at + 512 <= broken.length; at += 512) sign(broken.subarray(at, at + 512));
    expect(outcome(() => readEntries(broken, step).length < 20)).toBe(true);
  }), { numRuns: 2000 });
});

it('an initrd gives no more names than a real one has, though they are packed to nothing', async () => {
  const entry = (await cpio('a')).subarray(0, 120);
  const bomb = gzipSync(Buffer.concat(Array.from({ length: 250_000 }, () => entry)));
  expect(bomb.length).toBeLessThan(2 ** 18);
  expect(await list(bomb)).toMatchObject({ ok: false, reason: expect.stringContaining('more than 200000 files') });
});
