import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Diagnosis } from '../../src/host/doctor.ts';
import { findTree, isTreeMade, treeName, treePath } from '../../src/host/tools-tree.ts';
import { runHew, type HewRun } from '../support/hew.ts';
import { NO_TRACES, settledTraces } from '../support/leftovers.ts';
import { testFolder } from '../support/places.ts';

const folder = testFolder();

/** Runs `hew tools install` and ends it by a signal once packages are being unpacked into the unfinished tree. */
async function interrupt(cache: string, signal: NodeJS.Signals): Promise<HewRun> {
  const tools = join(cache, 'tools');
  mkdirSync(cache, { recursive: true });
  let timer: NodeJS.Timeout | undefined;
  const run = await runHew(['tools', 'install'], {
    env: { HEW_CACHE: cache },
    onStderr: (_text, child) => {
      timer ??= setInterval(() => {
        if (unfinished(tools).some((name) => existsSync(join(tools, '.unfinished', name, 'tree/usr/bin')))) child.kill(signal);
      }, 100);
    },
  });
  clearInterval(timer);
  return run;
}

const unfinished = (tools: string): readonly string[] =>
  existsSync(join(tools, '.unfinished')) ? readdirSync(join(tools, '.unfinished')) : [];

describe('hew doctor', () => {
  it('finds every tool, new enough, in the tree that was made', async () => {
    const run = await runHew(['doctor', '--json'], { env: { HEW_TOOLS: 'tree' } });
    const { ready, findings } = JSON.parse(run.stdout) as Diagnosis;
    expect(findings.filter(({ status }) => status === 'missing' || status === 'too old')).toEqual([]);
    expect([ready, run.status]).toEqual([true, 0]);
    expect(findings.find(({ name }) => name === 'systemctl')?.version).toMatch(/^\d{3}/);
  });
});

describe('hew tools install', () => {
  it('leaves nothing behind when it is interrupted', async () => {
    const cache = join(folder, 'interrupted');
    const run = await interrupt(cache, 'SIGINT');
    expect([run.status, run.stderr]).toEqual([1, expect.stringContaining('cancelled')]);
    expect([readdirSync(join(cache, 'tools')), unfinished(join(cache, 'tools'))]).toEqual([['.unfinished'], []]);
    expect(await settledTraces([cache])).toEqual(NO_TRACES);
  });

  it('trusts nothing of a run that was killed, and clears it away', async () => {
    const cache = join(folder, 'killed');
    expect((await interrupt(cache, 'SIGKILL')).signal).toBe('SIGKILL');
    expect(await settledTraces([cache])).toEqual(NO_TRACES);
    expect(isTreeMade(treePath(cache))).toBe(false);
    expect(unfinished(join(cache, 'tools'))).toHaveLength(2);
    const again = await runHew(['tools', 'install'], { env: { HEW_CACHE: cache } });
    expect(again.status, again.stderr).toBe(0);
    const tree = findTree(cache);
    expect(readdirSync(join(cache, 'tools')).toSorted()).toEqual(['.unfinished', basename(treePath(cache)), tree?.name].toSorted());
    expect([unfinished(join(cache, 'tools')), treeName(tree?.packages ?? [])]).toEqual([[], tree?.name]);
    expect(tree?.packages.find(({ name }) => name === 'dnf5')).toMatchObject({ version: expect.stringMatching(/^5\./), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});
