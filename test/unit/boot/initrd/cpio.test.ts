import { describe, expect, it } from 'vitest';

import { writeCpio, type CpioContent, type InitrdEntry } from '../../../../src/boot/initrd/cpio.ts';
import { initrdCompression } from '../../../../src/boot/initrd/pack.ts';

interface Read {
  readonly name: string;
  readonly mode: number;
  readonly inode: number;
  readonly mtime: number;
  readonly owner: readonly [number, number];
  readonly content: string;
}

/** Reads the format by its description, apart from the writer. */
function readCpio(bytes: Buffer): readonly Read[] {
  const found: Read[] = [];
  for (let at = 0; ;) {
    expect(bytes.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number): number => Number.parseInt(bytes.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const [nameSize, size] = [field(11), field(6)];
    const name = bytes.toString('utf8', at + 110, at + 110 + nameSize - 1);
    expect(bytes[at + 110 + nameSize - 1]).toBe(0);
    const content = Math.ceil((at + 110 + nameSize) / 4) * 4;
    if (name === 'TRAILER!!!') return found;
    found.push({ name, mode: field(1), inode: field(0), mtime: field(5), owner: [field(2), field(3)], content: bytes.toString('utf8', content, content + size) });
    at = Math.ceil((content + size) / 4) * 4;
  }
}

const write = async (entries: readonly InitrdEntry[], epoch = 5): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  const open = async (source: string): Promise<CpioContent> => {
    const content = Buffer.from(`bytes of ${source}`);
    return { size: content.length, pieces: [content.subarray(0, 5), content.subarray(5)] };
  };
  for await (const part of writeCpio(entries, epoch, open)) parts.push(part);
  return Buffer.concat(parts);
};

const ENTRIES: readonly InitrdEntry[] = [
  { path: '/usr/bin/kmod', kind: 'file', mode: 0o755, source: '/root/usr/bin/kmod' },
  { path: '/etc/empty', kind: 'file', mode: 0o644, content: new Uint8Array(0) },
  { path: '/init', kind: 'symlink', target: 'usr/lib/systemd/systemd' },
  { path: '/etc', kind: 'directory', mode: 0o755 },
  { path: '/usr', kind: 'directory', mode: 0o755 },
  { path: '/usr/bin', kind: 'directory', mode: 0o755 },
  { path: '/etc/ü', kind: 'file', mode: 0o600, content: Buffer.from('odd') },
];

describe('writeCpio', () => {
  it('writes folders before what is in them, owned by root, of one time, numbered in order', async () => {
    const found = readCpio(await write(ENTRIES));
    expect(found.map(({ name }) => name)).toEqual(['etc', 'etc/empty', 'etc/ü', 'init', 'usr', 'usr/bin', 'usr/bin/kmod']);
    expect(found.map(({ inode }) => inode)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(found.map(({ owner, mtime }) => `${owner.join()} ${mtime}`))).toEqual(new Set(['0,0 5']));
  });

  it('keeps kinds, modes and contents', async () => {
    const found = new Map(readCpio(await write(ENTRIES)).map((entry) => [entry.name, entry]));
    expect(found.get('usr/bin/kmod')).toMatchObject({ mode: 0o100755, content: 'bytes of /root/usr/bin/kmod' });
    expect(found.get('etc/ü')).toMatchObject({ mode: 0o100600, content: 'odd' });
    expect(found.get('init')).toMatchObject({ mode: 0o120777, content: 'usr/lib/systemd/systemd' });
    expect(found.get('etc')).toMatchObject({ mode: 0o040755, content: '' });
  });

  it('depends on the entries and not on their order, and fills whole blocks', async () => {
    const once = await write(ENTRIES);
    expect(await write(ENTRIES.toReversed())).toEqual(once);
    expect(once.length % 512).toBe(0);
    expect(await write(ENTRIES, 6)).not.toEqual(once);
  });
});

describe('initrdCompression', () => {
  it('is what the kernel can unpack', () => {
    expect(initrdCompression('CONFIG_RD_XZ=y\nCONFIG_RD_ZSTD=y\n')).toBe('zstd');
    expect(initrdCompression('CONFIG_RD_GZIP=y\n# CONFIG_RD_ZSTD is not set\n')).toBe('gzip');
    expect(initrdCompression('')).toBe('zstd');
  });
});
