import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openClaims } from '../../../src/host/claimed-folders.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'hew-claims-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = new URL('../../../src/host/claimed-folders.ts', import.meta.url).href;

/** A process that claims a folder, and tells which. */
async function claimElsewhere(before: readonly string[] = []) {
  const script = `const { openClaims } = await import('${MODULE}');
    console.log(openClaims().claim('${folder}/.hew-').path); setInterval(() => 0, 1000);`;
  const args = [process.execPath, '--input-type=module', '--eval', script];
  const child = spawn('env', [...before, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [path] = await once(child.stdout.setEncoding('utf8'), 'data') as [string];
  writeFileSync(join(path.trim(), 'half'), 'written');
  return { name: basename(path.trim()), end: async () => {
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  } };
}

it('is a folder of its own that goes when it is removed, and with the rest', () => {
  const claims = openClaims();
  const [first, second] = [claims.claim(`${folder}/.hew-`), claims.claim(`${folder}/.hew-`)];
  writeFileSync(join(first.path, 'half'), 'written');
  expect(readdirSync(folder)).toHaveLength(2);
  first.remove();
  first.remove();
  expect(readdirSync(folder)).toEqual([basename(second.path)]);
  claims.close();
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves alone what a living process claims, and removes it once that was killed', async () => {
  const other = await claimElsewhere();
  const claims = openClaims();
  claims.claim(`${folder}/.hew-`).remove();
  expect(readdirSync(folder)).toEqual([other.name]);
  await other.end();
  claims.claim(`${folder}/.hew-`).remove();
  expect(readdirSync(folder)).toEqual([]);
});

it('does so across PID namespaces, where process ids say nothing', async () => {
  const other = await claimElsewhere(['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']);
  const claims = openClaims();
  claims.claim(`${folder}/.hew-`).remove();
  expect(readdirSync(folder)).toEqual([other.name]);
  await other.end();
  claims.claim(`${folder}/.hew-`).remove();
  expect(readdirSync(folder)).toEqual([]);
});

it('removes nothing else that begins so', () => {
  mkdirSync(join(folder, '.hew-notes'));
  mkdirSync(join(folder, 'aside'));
  symlinkSync(join(folder, 'aside'), join(folder, '.hew-Ab12Cd'));
  writeFileSync(join(folder, '.hew-Ab12Ce'), 'a file');
  openClaims().claim(`${folder}/.hew-`).remove();
  expect(readdirSync(folder).sort()).toEqual(['.hew-Ab12Cd', '.hew-Ab12Ce', '.hew-notes', 'aside']);
});
