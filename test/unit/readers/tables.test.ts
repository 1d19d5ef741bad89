import { describe, expect, it } from 'vitest';

import { identifyDisk } from '../../../src/disk/layout/identify.ts';
import { planLayout } from '../../../src/disk/layout/plan-layout.ts';
import { placeGrub } from '../../../src/disk/make/grub-bios.ts';
import { readGpt } from '../../../src/readers/gpt.ts';
import { readMbr } from '../../../src/readers/mbr.ts';
import { readPartitions } from '../../../src/readers/read-partitions.ts';
import { boot, MIB, partition, sourceOf } from '../disk/support.ts';
import { ESP, gptDisk, SECTOR, SECTORS, UUID } from './gpt-writer.ts';

describe('GPT', () => {
  it('reads a good one', () => {
    expect(readGpt(sourceOf(gptDisk()))).toEqual({
      ok: true, value: {
        sectorSize: 512, diskGuid: UUID, firstUsable: 34 * 512, entriesSize: 16_384, lastUsable: (SECTORS - 34) * 512, readFrom: 'primary', problems: [],
        partitions: [{ number: 2, type: ESP, uuid: UUID, name: 'größe', attributes: 1n << 59n, start: MIB, size: MIB }],
      },
    });
  });
  it('takes the backup where the primary is damaged, and says so', () => {
    const disk = gptDisk();
    disk[SECTOR + 60] = 0xff;
    expect(readGpt(sourceOf(disk))).toMatchObject({
      ok: true, value: { readFrom: 'backup', problems: ['the primary GPT: the GPT header has a wrong CRC'], partitions: [{ number: 2 }] },
    });
  });
  it('tells a damaged backup, and one that is not at the end', () => {
    const damaged = gptDisk();
    damaged[(SECTORS - 33) * SECTOR + 5] = 1;
    expect(readGpt(sourceOf(damaged))).toMatchObject({ ok: true, value: { problems: ['the backup GPT: the GPT entries have a wrong CRC'] } });
    const larger = Buffer.concat([gptDisk(), Buffer.alloc(MIB)]);
    expect(readGpt(sourceOf(larger))).toMatchObject({ ok: true, value: { problems: ['the backup GPT is not at the end of the disk'] } });
  });
});

describe('MBR', () => {
  const entry = (type: number, start: number, size: number, status = 0): Buffer => {
    const bytes = Buffer.alloc(16);
    bytes.set([status, 0, 0, 0, type]);
    bytes.writeUInt32LE(start, 8);
    bytes.writeUInt32LE(size, 12);
    return bytes;
  };
  const table = (...entries: readonly Buffer[]): Buffer => {
    const sector = Buffer.alloc(SECTOR);
    for (const [index, bytes] of entries.entries()) sector.set(bytes, 446 + 16 * index);
    sector.writeUInt16LE(0xaa55, 510);
    return sector;
  };

  it('reads primary and logical partitions', () => {
    const disk = Buffer.alloc(MIB);
    disk.set(table(entry(0x83, 8, 8, 0x80), entry(0x05, 100, 900)));
    disk.writeUInt32LE(0xcafe, 440);
    disk.set(table(entry(0x83, 10, 20), entry(0x05, 200, 100)), 100 * SECTOR);
    disk.set(table(entry(0x82, 5, 6)), 300 * SECTOR);
    expect(readMbr(sourceOf(disk))).toEqual({
      ok: true, value: {
        diskId: 0xcafe, protective: false, bootCode: false, partitions: [
          { number: 1, type: 0x83, active: true, start: 8 * SECTOR, size: 8 * SECTOR },
          { number: 5, type: 0x83, active: false, start: 110 * SECTOR, size: 20 * SECTOR },
          { number: 6, type: 0x82, active: false, start: 305 * SECTOR, size: 6 * SECTOR },
        ],
      },
    });
    const read = readPartitions(sourceOf(disk));
    expect(read).toMatchObject({ ok: true, value: { label: 'mbr', partitions: [{ type: '0x83', start: 4096 }, {}, {}] } });
  });
  it('tells a circle and a disk without any table', () => {
    const disk = Buffer.alloc(MIB);
    disk.set(table(entry(0x05, 100, 900)));
    disk.set(table(entry(0x83, 10, 20), entry(0x05, 0, 100)), 100 * SECTOR);
    expect(readMbr(sourceOf(disk))).toEqual({ ok: false, reason: 'the extended partition goes round in a circle' });
    expect(readPartitions(sourceOf(Buffer.alloc(MIB)))).toMatchObject({ ok: false });
    expect(readPartitions(sourceOf(Buffer.alloc(0)))).toMatchObject({ ok: false });
  });
});

describe('placeGrub', () => {
  const layout = (label: 'gpt' | 'mbr') => planLayout({
    disk: identifyDisk({ disk: { size: 'minimal', label, partitions: [partition('/')] }, boot: boot({ firmware: 'bios' }), architecture: 'x86_64', seed: 's' }),
    size: 'minimal', content: new Map(), packages: [],
  });
  const grub = { boot: Buffer.alloc(512, 0x11), core: Buffer.alloc(1300, 0x22) };

  it.each([['gpt', 2048], ['mbr', 1]] as const)('links both parts on a disk with %s and leaves the table alone', (label, sector) => {
    const disk = Buffer.alloc(4 * MIB);
    for (const { offset, bytes } of placeGrub(grub, layout(label))) disk.set(bytes, offset);
    expect(disk.readBigUInt64LE(0x5c)).toBe(BigInt(sector));
    expect(disk.readUInt16LE(0x66)).toBe(0x9090);
    expect(disk.subarray(0x1b8, 512).every((byte) => byte === 0)).toBe(true);
    expect(disk.subarray(3, 0x5a).every((byte) => byte === 0)).toBe(true);
    const core = disk.subarray(sector * SECTOR);
    expect([core.readBigUInt64LE(500), core.readUInt16LE(508), core.readUInt16LE(510)]).toEqual([BigInt(sector + 1), 2, 0x820]);
    expect(core.subarray(512, 1300)).toEqual(grub.core.subarray(512));
  });
  it('refuses what does not fit', () => {
    expect(() => placeGrub({ ...grub, core: Buffer.alloc(2 * MIB) }, layout('gpt'))).toThrow('core.img has 2097152 bytes, and there is room for 1048576');
    expect(() => placeGrub({ ...grub, boot: Buffer.alloc(10) }, layout('gpt'))).toThrow('boot.img has 10 bytes');
  });
});
