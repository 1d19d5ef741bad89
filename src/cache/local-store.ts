import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { readSetting } from '../settings.ts';
import { chooseStale, type KeptEntry } from './limit.ts';
import { pack } from './packed-file.ts';
import { formatRecord, KINDS, type Key, type Kind } from './record.ts';
import type { Store, StoredEntry } from './store.ts';

/** The part of the machine that a store in the cache folder needs. */
export type StoreHost = Pick<Host, 'fs' | 'paths' | 'clock' | 'makeCacheFolder'>;

/** Bytes that entries may take together by default. */
const DEFAULT_SIZE = 10 * 2 ** 30;

/** Bytes that entries may take together. */
export const cacheLimit = ({ env }: Pick<Host, 'env'>): number => readSetting(env, 'HEW_CACHE_SIZE') ?? DEFAULT_SIZE;

const RECORD = 'record.json';

/** Where entries are stored: `KIND/DIGEST/`, each with its record and its files. */
export const keptFolder = ({ paths }: Pick<Host, 'paths'>): string => posix.join(paths.cache, 'kept');

/**
 * A store in the cache folder. Entries appear by rename after they are on the disk. A user of an entry has its files
 * under second names in a folder of its own, so the entry may be removed meanwhile. `limit` is the size of all entries
 * in bytes.
 */
export function localStore(host: StoreHost, limit: number): Store {
  const { fs } = host;
  const kept = keptFolder(host);
  const placeOf = ({ kind, digest }: Key): string => posix.join(kept, kind, digest.slice('sha256:'.length));
  return {
    find: async (key) => {
      const place = placeOf(key);
      const record = await fs.readTextIfThere(posix.join(place, RECORD));
      if (record === undefined) return undefined;
      await touch(host, place);
      return { record, take: (names) => take(host, place, names) };
    },
    put: async (key, record, files) => {
      // Every other entry would have to go, and then this one.
      if (record.files.reduce((sum, { size }) => sum + size, 0) > limit) return;
      const unfinished = await host.makeCacheFolder('new');
      if (unfinished === undefined) return;
      try {
        for (const [index, { name }] of record.files.entries()) {
          await pack(host, files[index] ?? '', posix.join(unfinished, name));
          await fs.sync(posix.join(unfinished, name));
        }
        await fs.write(posix.join(unfinished, RECORD), formatRecord(record));
        await fs.sync(posix.join(unfinished, RECORD));
        await fs.sync(unfinished);
        const place = placeOf(key);
        await fs.makeFolder(posix.dirname(place));
        await fs.rename(unfinished, place).catch(unlessThere);
        await fs.sync(posix.dirname(place));
      } finally {
        await fs.remove(unfinished);
      }
      await removeEntries(host, chooseStale(await listEntries(host), limit));
    },
    remove: (key) => removeEntries(host, [posix.join(key.kind, posix.basename(placeOf(key)))]),
    records: async (kind) => {
      const names = await fs.list(posix.join(kept, kind));
      const texts = await Promise.all(names.map((name) => fs.readTextIfThere(posix.join(kept, kind, name, RECORD))));
      return texts.filter((text) => text !== undefined);
    },
  };
}

/** Another build of the same inputs was faster; its entry is equivalent. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

/** The record's mtime is the last use of the entry. */
async function touch({ fs, clock }: StoreHost, place: string): Promise<void> {
  await fs.setTime(posix.join(place, RECORD), clock.now().getTime() / 1000).catch(() => {});
}

async function take(host: StoreHost, place: string, names: readonly string[]): ReturnType<StoredEntry['take']> {
  const own = await host.makeCacheFolder('used').catch(() => undefined);
  // Nobody removes anything from a read-only folder.
  if (own === undefined) return names.map((name) => posix.join(place, name));
  try {
    return await Promise.all(names.map(async (name) => {
      const [from, to] = [posix.join(place, name), posix.join(own, name)];
      await host.fs.hardLink(from, to).catch(() => host.fs.copy(from, to));
      return to;
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Every entry with its size; ids are `KIND/DIGEST`. */
export async function listEntries(host: StoreHost): Promise<readonly (KeptEntry & { readonly kind: Kind })[]> {
  const kinds = Object.keys(KINDS) as Kind[];
  const lists = kinds.map(async (kind) => {
    const names = await host.fs.list(posix.join(keptFolder(host), kind));
    return Promise.all(names.map(async (name) => ({ kind, id: posix.join(kind, name), ...(await measure(host, posix.join(kind, name))) })));
  });
  return (await Promise.all(lists)).flat();
}

async function measure(host: StoreHost, id: string): Promise<Pick<KeptEntry, 'bytes' | 'lastUse'>> {
  const place = posix.join(keptFolder(host), id);
  const names = await host.fs.list(place);
  const states = await Promise.all(names.map((name) => host.fs.status(posix.join(place, name))));
  const record = states[names.indexOf(RECORD)];
  return { bytes: states.reduce((sum, state) => sum + (state?.size ?? 0), 0), lastUse: record?.mtimeMs ?? 0 };
}

/** Removes entries by id. They disappear by rename, so that nobody finds half of one. */
export async function removeEntries(host: StoreHost, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const grave = await host.makeCacheFolder('removed');
    if (grave === undefined) return;
    await host.fs.rename(posix.join(keptFolder(host), id), posix.join(grave, 'entry')).catch(unlessGone);
    await host.fs.remove(grave);
  }
}

/** Another process was faster. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
