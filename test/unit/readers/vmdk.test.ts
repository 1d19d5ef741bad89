import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { openDisk } from '../../../src/formats/open-disk.ts';
import { stampDescriptor } from '../../../src/formats/vmdk/write.ts';
import { sourceOf } from '../disk/support.ts';

const SECTOR = 512;
const GRAIN = 128 * SECTOR;
const DESCRIPTOR = '# Disk DescriptorFile\nversion=1\nCID=2f2945f0\nparentCID=ffffffff\ncreateType="streamOptimized"\n';

interface Change {
  readonly version?: number;
  readonly grain?: number;
  readonly entries?: number;
  readonly compression?: number;
  readonly descriptor?: string;
  /** Whether the place of the directory stands in a footer, as in a stream. */
  readonly footer?: boolean;
}

/** A stream-optimised extent of three grains, the second of which is stored, laid out apart from the code under test. */
function vmdk({ version = 3, grain = 128, entries = 512, compression = 1, descriptor = DESCRIPTOR, footer = false }: Change = {}): Buffer {
  const bytes = Buffer.alloc(400 * SECTOR);
  const header = (at: number, directory: bigint): void => {
    bytes.write('KDMV', at);
    bytes.writeUInt32LE(version, at + 4);
    bytes.writeUInt32LE(0x3_0003, at + 8);
    bytes.writeBigUInt64LE(BigInt(3 * 128), at + 12);
    bytes.writeBigUInt64LE(BigInt(grain), at + 20);
    bytes.writeBigUInt64LE(1n, at + 28);
    bytes.writeBigUInt64LE(20n, at + 36);
    bytes.writeUInt32LE(entries, at + 44);
    bytes.writeBigUInt64LE(directory, at + 56);
    bytes.writeUInt16LE(compression, at + 77);
  };
  header(0, footer ? 2n ** 64n - 1n : 21n);
  if (footer) header(398 * SECTOR, 21n);
  bytes.write(descriptor, SECTOR);
  bytes.writeUInt32LE(22, 21 * SECTOR);
  bytes.writeUInt32LE(30, 22 * SECTOR + 4);
  const packed = deflateSync(Buffer.alloc(GRAIN, 'x'));
  bytes.writeBigUInt64LE(128n, 30 * SECTOR);
  bytes.writeUInt32LE(packed.length, 30 * SECTOR + 8);
  packed.copy(bytes, 30 * SECTOR + 12);
  return bytes;
}

const open = (bytes: Uint8Array) => openDisk(sourceOf(bytes));

describe('a VMDK', () => {
  it.each([['with its directory at the start', false], ['as a stream, with its directory in the footer', true]])('is read %s', (_, footer) => {
    const disk = open(vmdk({ footer }));
    if (!disk.ok || disk.value.format !== 'vmdk') throw new Error('it is no VMDK');
    expect(disk.value.header).toMatchObject({ size: 3 * GRAIN, grainSize: GRAIN, streamOptimized: true });
    const read = disk.value.content.read(GRAIN - 2, GRAIN + 4);
    expect(Buffer.from(read.subarray(0, 4)).toString()).toBe('\0\0xx');
    expect(Buffer.from(read.subarray(-4)).toString()).toBe('xx\0\0');
  });

  it.each<[string, Change, RegExp]>([
    ['of an unknown version', { version: 9 }, /version 9/],
    ['with grains that are too large', { grain: 2 ** 30 }, /grains of/],
    ['with tables that are too large', { entries: 70_000 }, /70000 entries/],
    ['with an unknown compression', { compression: 7 }, /compression 7/],
    ['that is a difference to another', { descriptor: DESCRIPTOR.replace('ffffffff', '12345678') }, /difference/],
  ])('%s is refused', (_, change, reason) => {
    const disk = open(vmdk(change));
    expect(disk.ok).toBe(false);
    expect(disk.ok ? '' : disk.reason).toMatch(reason);
  });

  it('with a grain that is not what its marker says is refused when it is read', () => {
    const bytes = vmdk();
    bytes.fill(0, 30 * SECTOR + 12, 30 * SECTOR + 40);
    const disk = open(bytes);
    if (!disk.ok) throw new Error(disk.reason);
    expect(() => disk.value.content.read(GRAIN, 1)).toThrow(/cannot be decompressed/);
  });

  it('gets a content id that is never that of no parent', () => {
    expect(stampDescriptor(DESCRIPTOR, 0xab)).toContain('\nCID=000000ab\nparentCID=ffffffff\n');
    expect(stampDescriptor(DESCRIPTOR, 0xffff_ffff)).toContain('\nCID=00000001\n');
  });

  it('replaces an id of any length, within the same room', () => {
    const room = (id: string): string => DESCRIPTOR.replace(/^CID=.*$/m, `CID=${id}`).padEnd(2000, '\0');
    expect(new Set(['89abcdef', '9abcdef', '0'].map((id) => stampDescriptor(room(id), 0xab)))).toEqual(new Set([room('000000ab')]));
  });
});
