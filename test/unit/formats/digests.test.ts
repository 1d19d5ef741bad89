import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { machineFiles } from '../../../src/host/files.ts';
import type { Host } from '../../../src/host/port.ts';
import { openDigests } from '../../../src/formats/digests.ts';

const MIB = 2 ** 20;
const host = { fs: machineFiles } as unknown as Host;
let folder: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hew-digests-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

it('describes files while other work goes on, by the name that they will have', async () => {
  const [one, two] = [Buffer.alloc(17 * MIB + 5, 'a'), Buffer.from('b')];
  const digests = openDigests(host);
  const described = [digests.of('raw', fileOf('disk', one), 'image.raw'), digests.of('tar', fileOf('root.tar', two))];
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  turn();
  const artifacts = await Promise.all(described);
  clearImmediate(next);
  expect(artifacts).toEqual([
    { format: 'raw', name: 'image.raw', size: one.length, sha256: createHash('sha256').update(one).digest('hex') },
    { format: 'tar', name: 'root.tar', size: 1, sha256: createHash('sha256').update(two).digest('hex') },
  ]);
  expect(turns).toBeGreaterThan(1);
  await digests.close();
});

it('fails for who asked, not for the next one and not for a build that never asks', async () => {
  const digests = openDigests(host);
  const [missing, there] = [digests.of('raw', join(folder, 'missing')), digests.of('raw', fileOf('there', Buffer.alloc(1)))];
  await expect(there).resolves.toMatchObject({ size: 1 });
  await digests.close();
  await expect(missing).rejects.toThrow('missing');
});

it('stops in the middle when it is closed', async () => {
  const begun = Promise.withResolvers<void>();
  const endless = {
    ...machineFiles,
    sha256: (file: string, _extents: unknown, signal?: AbortSignal) => {
      begun.resolve();
      return machineFiles.sha256(file, [{ start: 0, length: 2 ** 50, hole: true }], signal);
    },
  };
  const digests = openDigests({ fs: endless } as unknown as Host);
  const described = digests.of('raw', fileOf('disk', Buffer.alloc(16 * MIB)));
  await begun.promise;
  await digests.close();
  await expect(described).rejects.toThrow('abort');
});
