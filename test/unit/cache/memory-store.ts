import { digestOf } from '../../../src/digest.ts';
import { formatRecord, type Key, type Kind } from '../../../src/cache/record.ts';
import type { Store } from '../../../src/cache/store.ts';
import type { Host } from '../../../src/host/port.ts';

/** A store in memory, over files in memory: what lies in `files` may be changed by a test. */
export interface MemoryStore extends Store {
  readonly files: Map<string, string>;
  readonly entries: Map<string, { record: string; readonly paths: readonly string[] }>;
}

const nameOf = ({ kind, digest }: Key): string => `${kind}/${digest}`;

export function memoryStore(files: Map<string, string>): MemoryStore {
  const entries: MemoryStore['entries'] = new Map();
  return {
    files,
    entries,
    find: (key) => {
      const entry = entries.get(nameOf(key));
      return Promise.resolve(entry && {
        record: entry.record,
        take: (names) => Promise.resolve(entry.paths.every((path) => files.has(path)) && names.length === entry.paths.length ? entry.paths : undefined),
      });
    },
    put: (key, record, paths) => {
      const kept = paths.map((path, index) => {
        const place = `/kept/${nameOf(key)}/${record.files[index]?.name}`;
        files.set(place, files.get(typeof path === 'string' ? path : path.path) ?? '');
        return place;
      });
      entries.set(nameOf(key), { record: formatRecord(record), paths: kept });
      return Promise.resolve();
    },
    remove: (key) => {
      entries.delete(nameOf(key));
      return Promise.resolve();
    },
    records: (kind: Kind) => Promise.resolve([...entries].filter(([name]) => name.startsWith(`${kind}/`)).map(([, { record }]) => record)),
  };
}

/** The part of a host that a cache asks, over files in memory. */
export const hostOver = (files: ReadonlyMap<string, string>): Pick<Host, 'fs'> => ({
  fs: {
    status: (path: string) => Promise.resolve(files.has(path) ? { kind: 'file', size: files.get(path)?.length } : undefined),
    digestFiles: (paths: readonly string[]) => Promise.resolve(paths.map((path) => digestOf(files.get(path) ?? '').slice('sha256:'.length))),
  } as unknown as Host['fs'],
});
