import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openCacheSession } from '../../../src/host/cache-session.ts';

let cache = '';
beforeEach(() => void (cache = mkdtempSync(join(tmpdir(), 'hew-session-'))));
afterEach(() => rmSync(cache, { recursive: true, force: true }));

it('the folder of a session stays while another one begins and ends, and goes with its own', () => {
  const living = openCacheSession(cache);
  const folder = living.makeFolder('roots');
  writeFileSync(join(folder, 'file'), '');
  const other = openCacheSession(cache);
  expect(other.makeFolder('roots')).not.toBe(folder);
  other.close();
  expect(readdirSync(folder)).toEqual(['file']);
  living.close();
  expect(readdirSync(join(cache, 'sessions'))).toEqual([]);
});

it('what a killed process left is removed by the next one, whatever its process id was', () => {
  const left = join(cache, 'sessions', '0123456789ab');
  mkdirSync(join(left, 'roots-1/root'), { recursive: true });
  writeFileSync(`${left}.lock`, '');
  openCacheSession(cache).close();
  expect(readdirSync(join(cache, 'sessions'))).toEqual([]);
});

it('nobody has the cache folder alone while another session is open', () => {
  const [one, other] = [openCacheSession(cache), openCacheSession(cache)];
  expect(one.tryExclusive()).toBe(false);
  other.close();
  expect(one.tryExclusive()).toBe(true);
  one.close();
});

it('a session that keeps nothing makes no folder', () => {
  openCacheSession(cache).close();
  expect(existsSync(join(cache, 'sessions'))).toBe(false);
});
