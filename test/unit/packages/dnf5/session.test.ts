import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { openCache } from '../../../../src/cache/cache.ts';
import { machineFiles } from '../../../../src/host/files.ts';
import type { Command, Host } from '../../../../src/host/port.ts';
import { findLags } from '../../../../src/packages/dnf5/available.ts';
import { withoutKeptOutGroups } from '../../../../src/packages/dnf5/environments.ts';
import { explainDnfFailure } from '../../../../src/packages/dnf5/errors.ts';
import { dnfPaths } from '../../../../src/packages/dnf5/paths.ts';
import { runDnf, type DnfSession } from '../../../../src/packages/dnf5/session.ts';
import { ToolError } from '../../../../src/errors.ts';
import { makePlan, makeTarget } from '../samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'hew-unit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A session whose programs print nothing, and what it starts. */
function openSilent(level: 'baseline' | 'v3'): { readonly session: DnfSession; readonly started: Command[] } {
  const started: Command[] = [];
  const host = {
    paths: { cache: join(folder, 'cache'), packages: join(folder, 'cache/packages'), work: join(folder, 'work'), data: '/data' },
    fs: machineFiles,
    makeWorkFolder: (name: string) => Promise.resolve(join(folder, 'work', name)),
    run: (command: Command) => {
      started.push(command);
      return Promise.resolve({ stdout: '', stderr: '', status: 0 });
    },
  } as unknown as Host;
  const target = makeTarget(level);
  const plan = makePlan({ install: ['@^server'], exclude: ['@games'] }, [target]);
  const cache = openCache(host, { emit: () => undefined });
  return { session: { host, cache, plan, target, paths: dnfPaths(host, target), keys: new Map(), fingerprints: new Map(), found: [] }, started };
}

it.each([
  ['lists what is available', findLags],
  ['asks for groups', withoutKeptOutGroups],
  ['looks for names that come near', (session: DnfSession) => explainDnfFailure(session, new ToolError(
    { code: 'tool-failed', message: 'dnf5' }, { commandLine: 'dnf5', stdout: 'No match for argument: bosh', stderr: '' },
  ))],
])('%s only while no other dnf5 writes the cache', async (_title, work) => {
  const { session, started } = openSilent('v3');
  await work(session);
  expect(started.map(({ tool, args: [lock, program] }) => [tool, lock, program === 'dnf5' || program === 'sh'])).toEqual([['flock', join(folder, 'cache/packages/lock'), true]]);
});

it('keeps the settings of each level apart', async () => {
  await runDnf(openSilent('baseline').session, ['makecache']);
  await runDnf(openSilent('v3').session, ['makecache']);
  expect(readdirSync(join(folder, 'work/dnf'))).toEqual(['x86_64-baseline', 'x86_64-v3']);
});

it('needs no network for metadata at hand', async () => {
  const { session, started } = openSilent('v3');
  await runDnf(session, ['repoquery'], { cacheOnly: true });
  await runDnf(session, ['repoquery']);
  expect(started.map(({ view }) => view.network)).toEqual([false, true]);
});

it('takes a transaction that nobody confirmed for an answer, and any other failure for what it is', async () => {
  const { session } = openSilent('baseline');
  const ended = (stderr: string, status = 1): DnfSession => ({ ...session, host: { ...session.host, run: () =>
    Promise.reject(new ToolError({ code: 'tool-failed', message: 'dnf5' }, { commandLine: 'dnf5', stdout: 'a table', stderr, status })) } });
  const attempt = (one: DnfSession): Promise<unknown> => runDnf(one, ['install', 'bash'], { attempt: true, cacheOnly: true });
  expect(await attempt(ended('Operation aborted by the user.'))).toMatchObject({ stdout: 'a table', status: 1 });
  await expect(attempt(ended('Failed to resolve the transaction:'))).rejects.toThrow(ToolError);
  await expect(attempt(ended('Operation aborted by the user.', 137))).rejects.toThrow(ToolError);
});
