import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openClaims } from '../../../src/host/claimed-folders.ts';
import { machineFiles } from '../../../src/host/files.ts';
import type { Host } from '../../../src/host/port.ts';
import { openPublication } from '../../../src/build/publish.ts';

const claims = openClaims();
const host = {
  fs: machineFiles,
  claimFolder: async (prefix: string) => claims.claim(prefix),
  uninterrupted: (work: () => Promise<unknown>) => work(),
} as unknown as Host;
let folder: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hew-publish-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const output = (): string => join(folder, 'out');

it('shows nothing until all is there, then puts it in the place of the old', async () => {
  mkdirSync(join(output(), 'image.oci'), { recursive: true });
  writeFileSync(join(output(), 'image.oci/old'), '');
  writeFileSync(join(output(), 'image.tar'), 'old');
  const publication = await openPublication(host, output());
  mkdirSync(join(publication.folder, 'image.oci'));
  writeFileSync(join(publication.folder, 'image.oci/new'), '');
  writeFileSync(join(publication.folder, 'image.tar'), 'new');
  expect(readFileSync(join(output(), 'image.tar'), 'utf8')).toBe('old');
  await publication.publish(['image.oci', 'image.tar']);
  publication.abandon();
  expect(readdirSync(output()).sort()).toEqual(['image.oci', 'image.tar']);
  expect(readdirSync(join(output(), 'image.oci'))).toEqual(['new']);
  expect(readFileSync(join(output(), 'image.tar'), 'utf8')).toBe('new');
});

it('leaves nothing when it is abandoned', async () => {
  const publication = await openPublication(host, output());
  writeFileSync(join(publication.folder, 'half'), '');
  publication.abandon();
  expect(readdirSync(output())).toEqual([]);
});

it('lets many put a folder in one place at once', async () => {
  await Promise.all(Array.from({ length: 8 }, async (_value, index) => {
    const publication = await openPublication(host, output());
    mkdirSync(join(publication.folder, 'image.oci'));
    writeFileSync(join(publication.folder, 'image.oci/by'), String(index));
    await publication.publish(['image.oci']);
    publication.abandon();
  }));
  expect(readdirSync(output())).toEqual(['image.oci']);
  expect(existsSync(join(output(), 'image.oci/by'))).toBe(true);
});

it.each(['/proc/nowhere', '/proc/a/b', '/dev/null', '/dev/null/below'])('refuses %s at once', async (place) => {
  await expect(openPublication(host, place)).rejects.toMatchObject({ code: 'output-not-writable' });
});
