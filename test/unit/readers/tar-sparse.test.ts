import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { tarHeaders, type TarEntryFact } from '../../../src/readers/tar-headers.ts';

it('reads what follows a sparse file whose map goes on in blocks of its own, in pieces of any size', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hew-test-'));
  try {
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, '');
    for (let at = 0; at < 60; at += 1) writeFileSync(disk, Buffer.concat([Buffer.alloc(4096), Buffer.from('x')]), { flag: 'a' });
    truncateSync(disk, 2 ** 20);
    writeFileSync(join(folder, 'after'), 'text');
    const archive = execFileSync('tar', ['--create', '--file=-', '--format=oldgnu', '--sparse', '--hole-detection=raw', `--directory=${folder}`, 'disk.raw', 'after']);
    expect(archive[482]).toBe(1);
    for (const step of [512, 1000, archive.length]) {
      const entries: TarEntryFact[] = [];
      const reader = tarHeaders((entry) => void entries.push(entry));
      for (let at = 0; at < archive.length; at += step) reader.push(archive.subarray(at, at + step));
      reader.end();
      expect(entries.map(({ path, kind }) => [path, kind])).toEqual([['disk.raw', 'file'], ['after', 'file']]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
