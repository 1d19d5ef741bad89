import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeAbandoned } from '../../distro/paths.ts';

it('removes what killed runs left, and nothing of a run that goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'abandoned-'));
  try {
    // Above the largest process number of Linux: never running.
    const dead = ['a.partial-4194999', 'a.partial-4194999.work', 'partial-4194999'];
    const kept = [`b.partial-${process.pid}`, 'current', 'debs'];
    for (const name of [...dead, ...kept]) await mkdir(join(folder, name, 'sub'), { recursive: true });
    expect((await removeAbandoned(folder)).toSorted()).toEqual(dead.toSorted());
    expect((await readdir(folder)).toSorted()).toEqual(kept.toSorted());
  } finally {
    await rm(folder, { recursive: true });
  }
});
