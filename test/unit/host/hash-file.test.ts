import { createHash, randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { sha256 } from '../../../src/host/hash-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-hash-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 2 ** 20;
const path = join(folder, 'file');
const content = randomFillSync(Buffer.alloc(3 * MIB + 7));
writeFileSync(path, content);

const plain = (...parts: readonly Uint8Array[]): string => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

it('hashes extents in their order, holes as zeros whatever the file holds there', async () => {
  const extents = [
    { start: 0, length: MIB + 1, hole: false },
    { start: MIB + 1, length: 2 * MIB + 3, hole: true },
    { start: 3 * MIB + 4, length: 3, hole: false },
  ];
  expect(await sha256(path, extents)).toBe(plain(content.subarray(0, MIB + 1), Buffer.alloc(2 * MIB + 3), content.subarray(3 * MIB + 4)));
  expect(await sha256(path, [])).toBe(plain());
});

it('fails for a file that is not there, and for one that is shorter than was said', async () => {
  await expect(sha256(join(folder, 'none'), [])).rejects.toThrow('ENOENT');
  await expect(sha256(path, [{ start: 0, length: 4 * MIB, hole: false }])).rejects.toThrow(/ended after \d+ bytes/);
});

it('ends when it is told to, before and in the middle', async () => {
  const endless = [{ start: 0, length: 2 ** 50, hole: true }];
  await expect(sha256(path, endless, AbortSignal.abort(new Error('never began')))).rejects.toThrow('never began');
  const stop = new AbortController();
  // An endless file: whenever the signal comes, it comes in the middle.
  const hashed = sha256(path, endless, stop.signal);
  setImmediate(() => stop.abort(new Error('told to end')));
  await expect(hashed).rejects.toThrow('told to end');
});
