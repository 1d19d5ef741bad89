import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { pack, packedSize, unpack } from '../../../src/cache/packed-file.ts';
import { machineFiles } from '../../../src/host/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const host = { fs: machineFiles };
const place = (name: string): string => join(folder, name);

describe('a sparse file', () => {
  it('is packed without its holes, and is the same again', async () => {
    const [size, runs] = [8 * 2 ** 20, [{ start: 4096, length: 4096 }, { start: 5 * 2 ** 20, length: 2 * 2 ** 20 + 1 }]] as const;
    writeFileSync(place('disk'), '');
    truncateSync(place('disk'), size);
    for (const { start, length } of runs) await machineFiles.patch(place('disk'), start, Buffer.alloc(length, start % 251 + 1));
    await pack(host, { path: place('disk'), runs }, place('packed'));
    expect(statSync(place('packed')).size).toBe(packedSize(runs));
    await unpack(host, place('packed'), place('again'), { size, runs });
    expect(readFileSync(place('again')).equals(readFileSync(place('disk')))).toBe(true);
    expect(statSync(place('again')).blocks * 512).toBeLessThan(4 * 2 ** 20);
  });

  it('that is shorter than its runs is an error', async () => {
    writeFileSync(place('short'), 'bytes');
    await expect(pack(host, { path: place('short'), runs: [{ start: 0, length: 6 }] }, place('nothing'))).rejects.toThrow('ended after 5 bytes');
  });
});
