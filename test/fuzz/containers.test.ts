import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { openDisk } from '../../src/formats/open-disk.ts';
import { BadBytes } from '../../src/readers/bytes.ts';
import { tarHeaders, type TarEntry } from '../../src/readers/tar-headers.ts';
import { addMembers } from '../integration/verify/layouts.ts';
import { bytesOfPieces } from '../unit/disk/support.ts';
import { damagedBytes } from './damage.ts';

const CLUSTER = 512;

/** A qcow2 file of two clusters: one as it is, one compressed, whose entry is `descriptor`. */
function qcow2(descriptor?: bigint): Buffer {
  const header = Buffer.alloc(104);
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(9, 20);
  header.writeBigUInt64BE(BigInt(2 * CLUSTER), 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(BigInt(CLUSTER), 40);
  header.writeUInt32BE(104, 100);
  const [first, second] = [Buffer.alloc(CLUSTER), Buffer.alloc(CLUSTER)];
  first.writeBigUInt64BE(BigInt(2 * CLUSTER) | (1n << 63n));
  second.writeBigUInt64BE(BigInt(3 * CLUSTER) | (1n << 63n));
  second.writeBigUInt64BE(descriptor ?? (BigInt(4 * CLUSTER) | (1n << 62n)), 8);
  return bytesOfPieces(5 * CLUSTER, [
    { offset: 0, bytes: header }, { offset: CLUSTER, bytes: first }, { offset: 2 * CLUSTER, bytes: second },
    { offset: 3 * CLUSTER, bytes: Buffer.alloc(CLUSTER, 'plain') }, { offset: 4 * CLUSTER, bytes: deflateRawSync(Buffer.alloc(CLUSTER, 'packed')) },
  ]);
}

/** As files are read: an offset that no file can have is an exception of Node. */
const fileOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: (offset: number, length: number) => {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`an offset of ${offset}`);
    return bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));
  },
  close: () => {},
});

/** All that a guest would see of the first sectors. */
function readDisk(bytes: Uint8Array): Buffer {
  const disk = openDisk(fileOf(bytes));
  if (!disk.ok) throw new BadBytes(disk.reason);
  return Buffer.concat([0, 1, 2, 3].map((number) => Buffer.from(disk.value.content.read(number * CLUSTER, CLUSTER))));
}

const pax = (...records: readonly (readonly [key: string, value: string])[]): string => records.map(([key, value]) => {
  const rest = ` ${key}=${value}\n`;
  const digits = String(rest.length + String(rest.length).length).length;
  return `${rest.length + digits}${rest}`;
}).join('');

/** `addMembers` knows no extended headers: they are members of type `x`, `L` and `K`. */
const TAR = addMembers(Buffer.alloc(1024), [
  { path: 'pax', type: 'x', content: pax(['path', 'a'.repeat(150)], ['size', '5'], ['mtime', '1.5'], ['SCHILY.xattr.user.a', 'b']) },
  { path: 'short', content: 'hello' },
  { path: '././@LongLink', type: 'L', content: `${'b'.repeat(150)}\0` },
  { path: 'short', type: '2', link: 'c' },
]);

function readTar(bytes: Uint8Array, size = 700): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  const parse = tarHeaders((entry) => entries.push(entry));
  for (let at = 0; at < bytes.length; at += size) parse.push(bytes.subarray(at, at + size));
  parse.end();
  return entries;
}

/** A tar with one file of which an extended header says this size. */
const sized = (size: string): Buffer => addMembers(Buffer.alloc(1024), [{ path: 'p', type: 'x', content: pax(['size', size]) }, { path: 'a', content: 'hello' }]);

describe('what is damaged below was good before', () => {
  it('in both formats', () => {
    expect(readDisk(qcow2()).toString()).toMatch(/^(?:plain)+.*(?:packed)+/s);
    expect(readTar(TAR).map(({ path }) => path)).toEqual(['a'.repeat(150), 'b'.repeat(150)]);
  });
});

describe('whatever the bytes are, only BadBytes comes out', () => {
  /** What else comes out; undefined for nothing. */
  const strange = (read: () => unknown): unknown => {
    try {
      read();
    } catch (error) {
      return error instanceof BadBytes ? undefined : error;
    }
    return undefined;
  };

  it('of a qcow2 disk', () => {
    fc.assert(fc.property(damagedBytes(qcow2()), (bytes) => { expect(strange(() => readDisk(bytes))).toBeUndefined(); }), { numRuns: 2000 });
  });

  it('of entries of its tables', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (entry) => { expect(strange(() => readDisk(qcow2(entry)))).toBeUndefined(); }), { numRuns: 2000 });
    expect(() => readDisk(qcow2((2n ** 62n) | (2n ** 60n)))).toThrow(BadBytes);
  });

  it('of a tar with extended headers', () => {
    fc.assert(fc.property(damagedBytes(TAR), fc.integer({ min: 1, max: 2000 }), (bytes, size) => { expect(strange(() => readTar(bytes, size))).toBeUndefined(); }), { numRuns: 2000 });
  });

  it.each(['NaN', '-1', '1e400', 'abc', '', '0.5', '99999999999999999999'])('of a size of %j', (size) => {
    expect(() => readTar(sized(size))).toThrow(BadBytes);
  });

  it('of names that are longer than any path', () => {
    const long = addMembers(Buffer.alloc(1024), [{ path: '././@LongLink', type: 'L', content: 'a'.repeat(2 * 2 ** 20) }, { path: 'a' }]);
    expect(() => readTar(long, 2 ** 16)).toThrow(BadBytes);
  });
});
