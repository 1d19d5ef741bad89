import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { listEntries, localStore } from '../../../src/cache/local-store.ts';
import { keyOf, type EntryRecord } from '../../../src/cache/record.ts';
import { machineFiles } from '../../../src/host/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('an entry that is larger than the whole cache may be is not stored, and no other one goes for it', async () => {
  const host = {
    fs: machineFiles,
    paths: { cache: folder } as never,
    clock: { now: () => new Date() } as never,
    makeCacheFolder: (prefix: string) => {
      mkdirSync(join(folder, 'sessions'), { recursive: true });
      return Promise.resolve(mkdtempSync(join(folder, 'sessions', prefix)));
    },
  };
  const store = localStore(host, 4096);
  for (const [name, size] of [['small', 100], ['large', 5000]] as const) {
    writeFileSync(join(folder, name), Buffer.alloc(size));
    const record: EntryRecord = { kind: 'artifacts', name, inputs: name, value: 'null', files: [{ name: 'file', size, sha256: '' }] };
    await store.put(keyOf('artifacts', name), record, [join(folder, name)]);
  }
  expect((await listEntries(host)).map(({ id }) => id)).toEqual([`artifacts/${keyOf('artifacts', 'small').digest.slice('sha256:'.length)}`]);
});
