/** An entry of a store, with what decides how long it stays. */
export interface KeptEntry {
  readonly id: string;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastUse: number;
}

/** Ids of entries to remove so that the rest fits into that many bytes: least recently used first. */
export function chooseStale(entries: readonly KeptEntry[], limit: number): readonly string[] {
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const stale: string[] = [];
  for (const { id, bytes } of entries.toSorted((a, b) => a.lastUse - b.lastUse || (a.id < b.id ? -1 : 1))) {
    if (total <= limit) break;
    stale.push(id);
    total -= bytes;
  }
  return stale;
}
