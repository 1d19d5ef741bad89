import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { machineFiles } from '../../../src/host/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-plain-'));
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  execFileSync('mkfifo', [at('pipe')]);
  mkdirSync(at('folder'));
  writeFileSync(at('file'), 'text');
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 2 * 2 ** 30);
  symlinkSync('/dev/zero', at('device'));
  symlinkSync('file', at('link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const READERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  readText: machineFiles.readText,
  readTextIfThere: machineFiles.readTextIfThere,
  readBytes: machineFiles.readBytes,
  createReadStream: async (path) => machineFiles.createReadStream(path).toArray(),
  pieces: async (path) => {
    for await (const piece of machineFiles.pieces(path)) if (piece.length === 0) return;
  },
  openBytes: async (path) => machineFiles.openBytes(path).close(),
  copy: (path) => machineFiles.copy(path, at('copy')),
};

describe.each(Object.keys(READERS))('%s', (name) => {
  const read = READERS[name] ?? (() => Promise.resolve());
  it.each([['pipe', 'a pipe'], ['folder', 'a folder'], ['device', 'a device']])('refuses a %s at once', async (file, kind) => {
    await expect(read(at(file))).rejects.toMatchObject({ code: 'not-a-file', message: `${at(file)} is not a plain file but ${kind}` });
  });
  it('follows a link to a file', async () => {
    await expect(read(at('link'))).resolves.not.toThrow();
  });
});

it.each(['readText', 'readTextIfThere', 'readBytes'])('%s refuses more than fits into memory', async (name) => {
  await expect(READERS[name]?.(at('large'))).rejects.toMatchObject({ code: 'file-too-large' });
});

it('reads files of /proc, which tell no size, and copies with content and mode', async () => {
  expect(await machineFiles.readText('/proc/self/status')).toContain('Pid:');
  await machineFiles.copy(at('file'), at('copy'));
  expect(readFileSync(at('copy'), 'utf8')).toBe('text');
});
