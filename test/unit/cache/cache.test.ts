import { beforeEach, describe, expect, it } from 'vitest';

import { openCache, type CacheOptions, type CacheRequest } from '../../../src/cache/cache.ts';
import type { CacheReport } from '../../../src/cache/explain.ts';
import { keyOf, type Json } from '../../../src/cache/record.ts';
import { CancelledError, HewError } from '../../../src/errors.ts';
import { hostOver, memoryStore, type MemoryStore } from './memory-store.ts';

let files: Map<string, string>;
let store: MemoryStore;
let notices: string[];
let made: number;

beforeEach(() => {
  files = new Map([['/work/initrd', 'bytes of an initrd']]);
  store = memoryStore(files);
  notices = [];
  made = 0;
});

const request = (inputs: Json = { kernel: '6.1' }, name = 'vm'): CacheRequest => ({ kind: 'initrd', name, inputs: () => Promise.resolve(inputs) });

/** Asks once, as a build of its own would. */
async function ask(asked = request(), options: Partial<CacheOptions> = {}): Promise<{ readonly content: string; readonly fromCache: boolean; readonly report: CacheReport | undefined }> {
  const cache = openCache(hostOver(files), { store, emit: (event) => void (event.kind === 'notice' && notices.push(event.message)), ...options });
  const result = await cache.get(asked, () => {
    made += 1;
    return Promise.resolve({ value: { made }, files: { initrd: '/work/initrd' } });
  });
  await cache.settle();
  return { content: files.get(result.files['initrd'] ?? '') ?? '', fromCache: result.fromCache, report: cache.reports()[0] };
}

describe('an entry', () => {
  it('is made once and then found, with its bytes', async () => {
    expect((await ask()).fromCache).toBe(false);
    expect(await ask()).toMatchObject({ content: 'bytes of an initrd', fromCache: true, report: { outcome: 'hit' } });
    expect([made, notices]).toEqual([1, []]);
  });

  it('has its value with the names in the order in which it was made', async () => {
    const texts = [];
    for (let time = 0; time < 2; time += 1) {
      const cache = openCache(hostOver(files), { store, emit: () => {} });
      const { value } = await cache.get(request(), () => Promise.resolve({ value: { name: 'bash', arch: 'x86_64' }, files: {} }));
      await cache.settle();
      texts.push(JSON.stringify(value));
    }
    expect(texts[1]).toBe(texts[0]);
  });

  it('is another one for other inputs, whatever their order', async () => {
    await ask(request({ a: 1, b: { c: 2, d: 3 } }));
    expect((await ask(request({ b: { d: 3, c: 2 }, a: 1 }))).fromCache).toBe(true);
    expect((await ask(request({ a: 1, b: { c: 2, d: 4 } }))).fromCache).toBe(false);
  });

  it('is neither looked for nor kept without a store, and its inputs are not gathered', async () => {
    const asked = { ...request(), inputs: () => Promise.reject(new Error('gathered')) };
    expect((await ask(asked, { store: undefined })).report?.outcome).toBe('off');
    expect(store.entries.size).toBe(0);
  });
});

describe('what was damaged is told, removed and made again:', () => {
  const only = () => [...store.entries.values()][0] ?? { record: '', paths: [] };
  const file = (): string => only().paths[0] ?? '';
  const damages: readonly (readonly [string, () => void, string])[] = [
    ['a file with other content', () => files.set(file(), 'BYTES of an initrd'), 'its file initrd has other content'],
    ['a file of another size', () => files.set(file(), ''), 'its file initrd has another size'],
    ['a file that is missing', () => files.delete(file()), 'a file of it is missing'],
    ['a bit of the record', () => (only().record = only().record.replace('"vm"', '"vn"')), 'its record is damaged'],
    ['an empty record', () => (only().record = ''), 'its record is damaged'],
    ['the record of something else', () => {
      const other = [...store.entries].find(([name]) => name.includes('sha256'))?.[1];
      if (other !== undefined) other.record = foreign;
    }, 'it was made from other inputs'],
  ];
  let foreign = '';

  it.each(damages)('%s', async (_what, damage, reason) => {
    await ask(request({ kernel: 'other' }));
    foreign = only().record;
    store.entries.clear();
    await ask();
    damage();
    const again = await ask();
    expect(again).toMatchObject({ content: 'bytes of an initrd', fromCache: false, report: { outcome: 'damaged', reason } });
    expect(notices).toEqual([`the cache entry for initrd of vm is not used: ${reason}; it is removed and made again`]);
    expect((await ask()).fromCache).toBe(true);
  });
});

describe('what cannot be kept', () => {
  const failing = (error: Error): Partial<CacheOptions> => ({ store: { ...store, put: () => Promise.reject(error) } });

  it('is told by a notice where the disk is full, and fails nothing', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, copyfile'), { code: 'ENOSPC', errno: -28 });
    expect(await ask(request(), failing(full))).toMatchObject({ content: 'bytes of an initrd', fromCache: false });
    expect(notices).toEqual(['initrd of vm cannot be stored for later builds: ENOSPC: no space left on device, copyfile']);
  });

  it('is told where hew itself knows why', async () => {
    await ask(request(), failing(new HewError({ code: 'no-locks', message: 'no file can be locked' })));
    expect(notices).toHaveLength(1);
  });

  it('is an error where it is a defect, and where the build was cancelled', async () => {
    await expect(ask(request(), failing(new TypeError('a defect')))).rejects.toThrow('a defect');
    await expect(ask(request(), failing(new CancelledError()))).rejects.toThrow('cancelled');
  });

  it('is made all the same where the store cannot be read', async () => {
    const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5 });
    const result = await ask(request(), { store: { ...store, find: () => Promise.reject(broken) } });
    expect(result).toMatchObject({ fromCache: false, report: { outcome: 'damaged', reason: 'EIO: i/o error, read' } });
  });
});

describe('why something is not found', () => {
  const explained = async (inputs: Json, name?: string): Promise<string | undefined> => (await ask(request(inputs, name), { explain: true })).report?.reason;

  it('is said by the nearest earlier entry of the same name', async () => {
    await ask(request({ kernel: '6.1', files: { '/etc/motd': 'a', '/etc/issue': 'x' }, epoch: 1 }));
    await ask(request({ kernel: '6.2', files: { '/etc/motd': 'b', '/etc/issue': 'x' }, epoch: 2 }));
    await ask(request({ kernel: '6.2', files: {}, epoch: 3 }, 'another'));
    expect(await explained({ kernel: '6.1', files: { '/etc/motd': 'c', '/etc/issue': 'x' }, epoch: 1 })).toBe('files /etc/motd changed (a → c)');
    expect(await explained({ kernel: '6.1' }, 'new')).toBe('nothing of this name is in the cache');
  });

  it('names what is new, what is gone and how much more there is', async () => {
    await ask(request({ a: 1, b: 2, c: [1], d: 'sha256:x', e: 1 }));
    expect(await explained({ a: 2, c: [2], d: 'sha256:y', e: 2, f: 3 })).toBe('a changed (1 → 2), b is gone, c changed, and 3 more');
  });
});

it('the digest of a key is of kind and inputs', () => {
  expect(keyOf('layers', { a: 1 }).digest).not.toBe(keyOf('initrd', { a: 1 }).digest);
});
