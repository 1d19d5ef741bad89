import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { openDisk } from '../../../src/formats/open-disk.ts';
import { stampVhdFooter } from '../../../src/formats/vhd/stamp-footer.ts';
import { readVhdFooter, vhdChecksum } from '../../../src/readers/image/vhd.ts';
import { vhdxSkeleton } from '../../../src/formats/vhdx/skeleton.ts';
import { readVhdx } from '../../../src/readers/image/vhdx.ts';
import { zstdFrameSize } from '../../../src/readers/image/zstd-frame.ts';
import { blocksWithData } from '../../../src/formats/vhdx/write.ts';
import { bytesOfPieces, MIB, sourceOf } from '../disk/support.ts';
import { CLUSTER, qcow2Image, vhdFooter } from './image-writer.ts';

const UUID = '01234567-89ab-8def-8123-456789abcdef';

const open = (bytes: Uint8Array) => {
  const disk = openDisk(sourceOf(bytes));
  if (!disk.ok) throw new Error(disk.reason);
  return disk.value;
};

describe('VHD', () => {
  const fixed = Buffer.concat([Buffer.alloc(MIB, 'data'), vhdFooter(MIB)]);

  it('reads a fixed disk', () => {
    const disk = open(fixed);
    expect(disk).toMatchObject({ format: 'vhd', footer: { diskType: 'fixed', currentSize: MIB, creatorApplication: 'qem2', checksumValid: true } });
    expect(disk.content.size).toBe(MIB);
    expect(Buffer.from(disk.content.read(MIB - 4, 100)).toString()).toBe('data');
  });

  it('stamps a footer so that only time, identifier and checksum differ', () => {
    const stamped = stampVhdFooter(vhdFooter(MIB), UUID, 1_700_000_000);
    const read = readVhdFooter(sourceOf(Buffer.concat([Buffer.alloc(MIB), stamped])));
    expect(read).toMatchObject({ ok: true, value: { uuid: UUID, created: 1_700_000_000, checksumValid: true, currentSize: MIB } });
    const differing = [...stamped].flatMap((byte, index) => (byte === vhdFooter(MIB)[index] ? [] : [index]));
    expect(differing.every((index) => (index >= 24 && index < 28) || (index >= 64 && index < 84))).toBe(true);
  });

  it('tells a wrong checksum', () => {
    const broken = vhdFooter(MIB);
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
    const end = vhdFooter(8192, 3, 512n);
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
  it.each(['zlib', 'zstd'] as const)('reads plain, %s and absent clusters', (compression) => {
    const { content, ...container } = open(qcow2Image(compression));
    expect(container).toMatchObject({ format: 'qcow2', header: { version: 3, compression, size: 3 * CLUSTER, backingFile: undefined } });
    expect(Buffer.from(content.read(CLUSTER - 8, 16)).toString()).toBe('plain   cluster ');
    expect(Buffer.from(content.read(2 * CLUSTER - 8, 16)).toString()).toBe(`cluster ${'\0'.repeat(8)}`);
    expect(content.read(3 * CLUSTER - 1, 10).length).toBe(1);
  });

  it('refuses what it cannot read: a backing file, an unknown feature', () => {
    const backed = qcow2Image('zlib');
    backed.writeBigUInt64BE(200n, 8);
    backed.writeUInt32BE(4, 16);
    backed.write('base', 200);
    expect(openDisk(sourceOf(backed))).toEqual({ ok: false, reason: 'the qcow2 file is a difference to base' });
    const unknown = qcow2Image('zlib');
    unknown.writeBigUInt64BE(4n, 72);
    expect(openDisk(sourceOf(unknown))).toMatchObject({ ok: false });
  });

  it('measures zstd frames of every kind', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300_000 }), fc.integer({ min: 0, max: 50 }), (content, more) => {
      const frame = zstdCompressSync(content);
      expect(zstdFrameSize(Buffer.concat([frame, Buffer.alloc(more, 0x28)]))).toBe(frame.length);
    }), { numRuns: 50 });
  });
});
