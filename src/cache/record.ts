import { canonicalJson, digestOf, digestOfValue, type Digest } from '../digest.ts';

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/**
 * Kinds of things that builds keep, described for people. A kind is for results that their inputs decide. Other parts of
 * the cache folder are not: packages and metadata, which dnf5 itself keeps and checks (`packages/dnf5/package-cache.ts`),
 * keys as an address gave them (`packages/read-key.ts`), the newest metadata seen, which is memory and not a result
 * (`packages/dnf5/repository-metadata.ts`), and versions of tools (`host/tool-versions.ts`).
 */
export const KINDS = {
  layers: 'packed layers of roots',
  initrd: 'initrds',
  keys: 'keys of repositories that may be used',
  signatures: 'signatures of packages that were found good',
  artifacts: 'finished artifacts',
} as const satisfies Record<string, string>;

export type Kind = keyof typeof KINDS;

/** The key of an entry: a digest of all inputs. */
export interface Key {
  readonly kind: Kind;
  readonly digest: Digest;
}

/** A file of an entry. */
export interface KeptFile {
  /** Its name in the entry: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** An entry without the bytes of its files. */
export interface EntryRecord {
  readonly kind: Kind;
  /** What it is, such as an image with its levels. Entries of one name are versions of one thing. */
  readonly name: string;
  /** All inputs, without any path of a machine: another machine finds it by the same digest. */
  readonly inputs: Json;
  /** What is known about it besides its files, as JSON in the order in which it was made: evidence shows that order. */
  readonly value: string;
  readonly files: readonly KeptFile[];
}

/** The key for these inputs. */
export const keyOf = (kind: Kind, inputs: Json): Key => ({ kind, digest: digestOfValue({ kind, inputs }) });

/** A record as text, with a digest of itself. */
export function formatRecord(record: EntryRecord): string {
  const text = canonicalJson(record);
  return `${text}\n${digestOf(text)}\n`;
}

/** Parses a record; if it cannot be used, says why. */
export function parseRecord(text: string, key: Key): EntryRecord | { readonly wrong: string } {
  const [content = '', digest] = text.split('\n');
  if (digestOf(content) !== digest) return { wrong: 'its record is damaged' };
  const record = JSON.parse(content) as EntryRecord;
  if (keyOf(record.kind, record.inputs).digest !== key.digest) return { wrong: 'it was made from other inputs' };
  if (record.files.some(({ name }) => !/^[\w-][\w.-]*$/.test(name))) return { wrong: 'its record names files outside' };
  return record;
}
