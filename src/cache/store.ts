import type { FileToKeep } from './packed-file.ts';
import type { EntryRecord, Key, Kind } from './record.ts';

/** An entry as a store has it, unchecked. */
export interface StoredEntry {
  /** As `formatRecord` wrote it. */
  readonly record: string;
  /**
   * Brings these files to places of this process's own, where nobody changes or removes them. Absolute paths in the
   * order of the names; undefined if one is missing.
   */
  take(names: readonly string[]): Promise<readonly string[] | undefined>;
}

/** Where entries are stored. A store is never trusted: the reader checks digests. */
export interface Store {
  /** Undefined where there is none. */
  find(key: Key): Promise<StoredEntry | undefined>;
  /**
   * Stores an entry. It appears whole or not at all, and an existing one stays. `files` are in the order of the record's
   * files. Fails as the file system or the network does.
   */
  put(key: Key, record: EntryRecord, files: readonly FileToKeep[]): Promise<void>;
  /** Removes a damaged entry; no error if it does not exist. */
  remove(key: Key): Promise<void>;
  /** The records of one kind as texts, for explaining a miss. */
  records(kind: Kind): Promise<readonly string[]>;
}
