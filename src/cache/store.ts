import type { EntryRecord, Key, Kind } from './record.ts';

/** An entry as a store has it. Nothing of it was checked. */
export interface StoredEntry {
  /** As `formatRecord` wrote it. */
  readonly record: string;
  /**
   * Brings these files to places of this process's own, where nobody changes or removes them any more. Absolute paths in
   * the order of the names; undefined where one is not there.
   */
  take(names: readonly string[]): Promise<readonly string[] | undefined>;
}

/** Where entries are kept. It is never trusted: who reads from it checks the digests. */
export interface Store {
  /** Undefined where there is none. */
  find(key: Key): Promise<StoredEntry | undefined>;
  /**
   * Keeps an entry. It appears whole or not at all, and one that is there already stays. `files` are absolute paths in
   * the order of the record's files. Fails as the file system or the network does.
   */
  put(key: Key, record: EntryRecord, files: readonly string[]): Promise<void>;
  /** Removes an entry that is damaged; no error where it is not there. */
  remove(key: Key): Promise<void>;
  /** The records of one kind as texts, to explain by them why another was not found. */
  records(kind: Kind): Promise<readonly string[]>;
}
