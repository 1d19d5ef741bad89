import { HewError } from '../errors.ts';

/** An entry of a store, as far as it matters for how long it stays. */
export interface KeptEntry {
  readonly id: string;
  /** Of all its files. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastUse: number;
}

/** Ids of the entries that go, so that the others take no more than that many bytes: least recently used first. Pure. */
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

/** What layers, initrds and keys may take where `HEW_CACHE_SIZE` says nothing. */
export const DEFAULT_SIZE = '10G';

const UNITS: Readonly<Record<string, number>> = { '': 0, K: 1, M: 2, G: 3, T: 4 };

/** Bytes of a size as in tmpfs(5): `512M`, `10G`. Throws `HewError` where it is none. Pure. */
export function readLimit(text: string | undefined): number {
  const [, digits, unit = ''] = /^(\d{1,15})([KMGT]?)$/.exec(text || DEFAULT_SIZE) ?? [];
  if (digits !== undefined) return Number(digits) * 1024 ** (UNITS[unit] ?? 0);
  throw new HewError(
    { code: 'cache-size', message: `HEW_CACHE_SIZE is no size: ${text}`, hint: `give it as 512M or 10G, or unset it: then it is ${DEFAULT_SIZE}` },
    { exitCode: 2 },
  );
}
