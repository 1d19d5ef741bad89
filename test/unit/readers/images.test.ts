import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attempt } from '../../../src/readers/attempt.ts';
import { openDisk } from '../../../src/formats/open-disk.ts';
import { stampVhdFooter } from '../../../src/formats/vhd/stamp-footer.ts';
import { readVhdFooter, vhdChecksum } from '../../../src/readers/image/vhd.ts';
import { vhdxSkeleton } from '../../../src/formats/vhdx/skeleton.ts';
import { readVhdx } from '../../../src/readers/image/vhdx.ts';
import { zstdFrameSize } from '../../../src/readers/image/zstd-frame.ts';
import { blocksWithData } from '../../../src/formats/vhdx/write.ts';
import { bytesOfPieces, MIB, sourceOf } from '../disk/support.ts';

const UUID = '01234567-89ab-8def-8123-456789abcdef';

/** A footer as the specification lays it out, written apart from the code under test. */
function footer(size: number, type = 2, header = 0xffff_ffff_ffff_ffffn): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('conectix');
  bytes.writeUInt32BE(2, 8);
  bytes.writeUInt32BE(0x10000, 12);
  bytes.writeBigUInt64BE(header, 16);
  bytes.write('qem2', 28);
  bytes.write('Wi2k', 36);
  bytes.writeBigUInt64BE(BigInt(size), 40);
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(type, 60);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.writeUInt32BE(~sum >>> 0, 64);
  return bytes;
}

const open = (bytes: Uint8Array) => {
  const disk = openDisk(sourceOf(bytes));
  if (!disk.ok) throw new Error(disk.reason);
  return disk.value;
};

describe('VHD', () => {
  const fixed = Buffer.concat([Buffer.alloc(MIB, 'data'), footer(MIB)]);

  it('reads a fixed disk', () => {
    const disk = open(fixed);
    expect(disk).toMatchObject({ format: 'vhd', footer: { diskType: 'fixed', currentSize: MIB, creatorApplication: 'qem2', checksumValid: true } });
    expect(disk.content.size).toBe(MIB);
    expect(Buffer.from(disk.content.read(MIB - 4, 100)).toString()).toBe('data');
  });

  it('stamps a footer so that only time, identifier and checksum differ', () => {
    const stamped = stampVhdFooter(footer(MIB), UUID, 1_700_000_000);
    const read = readVhdFooter(sourceOf(Buffer.concat([Buffer.alloc(MIB), stamped])));
    expect(read).toMatchObject({ ok: true, value: { uuid: UUID, created: 1_700_000_000, checksumValid: true, currentSize: MIB } });
    const differing = [...stamped].flatMap((byte, index) => (byte === footer(MIB)[index] ? [] : [index]));
    expect(differing.every((index) => (index >= 24 && index < 28) || (index >= 64 && index < 84))).toBe(true);
  });

  it('tells a wrong checksum', () => {
    const broken = footer(MIB);
    broken[50] = 1;
    expect(readVhdFooter(sourceOf(broken))).toMatchObject({ ok: true, value: { checksumValid: false } });
  });

  it('reads a dynamic disk: a block that is there and one that is not', () => {
    const blockSize = 4096;
    const [header, table] = [Buffer.alloc(1024), Buffer.alloc(512, 0xff)];
    header.write('cxsparse');
    header.writeBigUInt64BE(1536n, 16);
    header.writeUInt32BE(2, 28);
    header.writeUInt32BE(blockSize, 32);
    header.writeUInt32BE(vhdChecksum(header, 36), 36);
    table.writeUInt32BE(4, 4);
    const end = footer(8192, 3, 512n);
    const bytes = Buffer.concat([end, header, table, Buffer.alloc(512, 0xff), Buffer.alloc(blockSize, 'x'), end]);
    const { content } = open(bytes);
    expect(content.size).toBe(8192);
    expect(Buffer.from(content.read(4094, 4)).toString()).toBe('\0\0xx');
  });
});

describe('VHDX', () => {
  const request = { size: 3 * MIB + 2 ** 33, blocks: [1, 4096, 8193], diskId: UUID, fileWriteGuid: UUID.replace('0', '1'), dataWriteGuid: UUID.replace('0', '2') };
  const skeleton = vhdxSkeleton(request);
  const bytes = bytesOfPieces(skeleton.fileSize, skeleton.pieces);

  it('reads what hew lays out', () => {
    expect(readVhdx(sourceOf(bytes))).toMatchObject({
      ok: true, value: {
        creator: 'hew', size: request.size, blockSize: MIB, logicalSectorSize: 512, physicalSectorSize: 4096, hasParent: false,
        leaveBlocksAllocated: false, logPending: false, diskId: UUID, regionTablesValid: [true, true],
        headers: [{ sequenceNumber: 1, fileWriteGuid: request.fileWriteGuid }, { sequenceNumber: 2, dataWriteGuid: request.dataWriteGuid }],
      },
    });
  });

  it('finds each block behind the entries for bitmaps', () => {
    const filled = Buffer.from(bytes);
    const data = skeleton.fileSize - 3 * MIB;
    for (const index of [0, 1, 2]) filled.write(`block ${index}`, data + index * MIB);
    const { content } = open(filled);
    const text = (block: number) => Buffer.from(content.read(block * MIB, 7)).toString();
    expect([0, 1, 2, 4096, 8193].map(text)).toEqual(['\0'.repeat(7), 'block 0', '\0'.repeat(7), 'block 1', 'block 2']);
    expect(Buffer.from(content.read(2 * MIB - 1, 2))).toEqual(Buffer.alloc(2));
  });

  it('lives with one damaged header, and with one damaged region table', () => {
    const damaged = Buffer.from(bytes);
    damaged[128 * 1024 + 20] = 0xaa;
    damaged[192 * 1024 + 20] = 0xaa;
    const read = readVhdx(sourceOf(damaged));
    expect(read).toMatchObject({ ok: true, value: { regionTablesValid: [false, true] } });
    expect(read.ok && read.value.headers.length).toBe(1);
    damaged[64 * 1024 + 20] = 0xaa;
    expect(readVhdx(sourceOf(damaged))).toEqual({ ok: false, reason: 'neither of the two VHDX headers is intact' });
  });

  it('finds blocks with data in a map of qemu-img', () => {
    const map = [
      { start: 0, length: 100, zero: false }, { start: 100, length: 3 * MIB, zero: true },
      { start: 3 * MIB - 1, length: 2, zero: false }, { start: 9 * MIB, length: MIB, zero: false },
    ];
    expect(blocksWithData(JSON.stringify(map), MIB)).toEqual([0, 2, 3, 9]);
  });
});

describe('qcow2', () => {
  const cluster = Buffer.alloc(65536, 'cluster ');
  const CLUSTER = 65536;
  /** Header, one table each, a plain cluster, a compressed one with something behind it, one that is not there. */
  function image(compression: 'zlib' | 'zstd'): Buffer {
    const packed = compression === 'zlib' ? deflateRawSync(cluster) : zstdCompressSync(cluster);
    const bytes = Buffer.alloc(5 * CLUSTER);
    bytes.write('QFI\xfb', 'latin1');
    bytes.writeUInt32BE(3, 4);
    bytes.writeUInt32BE(16, 20);
    bytes.writeBigUInt64BE(BigInt(3 * CLUSTER), 24);
    bytes.writeUInt32BE(1, 36);
    bytes.writeBigUInt64BE(BigInt(CLUSTER), 40);
    bytes.writeBigUInt64BE(compression === 'zstd' ? 8n : 0n, 72);
    bytes.writeUInt32BE(112, 100);
    bytes.writeUInt8(compression === 'zstd' ? 1 : 0, 104);
    bytes.writeBigUInt64BE(BigInt(2 * CLUSTER) | (1n << 63n), CLUSTER);
    bytes.writeBigUInt64BE(BigInt(3 * CLUSTER) | (1n << 63n), 2 * CLUSTER);
    const offset = 4 * CLUSTER + 100;
    const sectors = Math.ceil((100 + packed.length) / 512) - 1;
    bytes.writeBigUInt64BE((1n << 62n) | (BigInt(sectors) << 54n) | BigInt(offset), 2 * CLUSTER + 8);
    bytes.fill('plain   ', 3 * CLUSTER, 4 * CLUSTER);
    bytes.fill(0x55, 4 * CLUSTER);
    bytes.set(packed, offset);
    return bytes;
  }

  it.each(['zlib', 'zstd'] as const)('reads plain, %s and absent clusters', (compression) => {
    const { content, ...container } = open(image(compression));
    expect(container).toMatchObject({ format: 'qcow2', header: { version: 3, compression, size: 3 * CLUSTER, backingFile: undefined } });
    expect(Buffer.from(content.read(CLUSTER - 8, 16)).toString()).toBe('plain   cluster ');
    expect(Buffer.from(content.read(2 * CLUSTER - 8, 16)).toString()).toBe(`cluster ${'\0'.repeat(8)}`);
    expect(content.read(3 * CLUSTER - 1, 10).length).toBe(1);
  });

  it('refuses what it cannot read: a backing file, an unknown feature', () => {
    const backed = image('zlib');
    backed.writeBigUInt64BE(200n, 8);
    backed.writeUInt32BE(4, 16);
    backed.write('base', 200);
    expect(openDisk(sourceOf(backed))).toEqual({ ok: false, reason: 'the qcow2 file is a difference to base' });
    const unknown = image('zlib');
    unknown.writeBigUInt64BE(4n, 72);
    expect(openDisk(sourceOf(unknown))).toMatchObject({ ok: false });
  });

  it('measures zstd frames of every kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300_000 }), fc.integer({ min: 0, max: 50 }), (content, more) => {
      const frame = zstdCompressSync(content);
      expect(zstdFrameSize(Buffer.concat([frame, Buffer.alloc(more, 0x28)]))).toBe(frame.length);
    }), { numRuns: 50 });
  });

  const skeleton = vhdxSkeleton({ size: 8 * MIB, blocks: [0, 3], diskId: UUID, fileWriteGuid: UUID, dataWriteGuid: UUID });
  it.each([
    ['vhdx', bytesOfPieces(skeleton.fileSize, skeleton.pieces)],
    ['qcow2', image('zstd')],
    ['vhd', Buffer.concat([Buffer.alloc(4096), footer(4096)])],
    ['nothing', Buffer.alloc(2048)],
  ])('never fails otherwise than by a reading, whatever is changed in a %s', (_name, good) => {
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
});
