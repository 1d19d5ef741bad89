import { CancelledError, HewError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import { describeDifferences, nearestInputs, type CacheReport } from './explain.ts';
import { packedSize, type FileToKeep } from './packed-file.ts';
import { keyOf, parseRecord, type EntryRecord, type Json, type Key, type Kind } from './record.ts';
import type { Store, StoredEntry } from './store.ts';

/** Identifies what is looked up. */
export interface CacheRequest {
  readonly kind: Kind;
  /** Name: see `EntryRecord`. */
  readonly name: string;
  /** See `EntryRecord`. Gathered only if the cache is used. */
  readonly inputs: () => Promise<Json>;
}

/** What a cache has: a value, and files by name as absolute paths; of a sparse file only its runs. */
export interface CacheContent {
  readonly value: Json;
  readonly files: Readonly<Record<string, string>>;
}

/** What a build made, to be kept. */
export interface MadeContent {
  readonly value: Json;
  readonly files: Readonly<Record<string, FileToKeep>>;
}

/** The place of one thing in a cache. */
export interface CachePlace {
  /** What an earlier build stored, with its bytes checked. The files do not change until this process ends. */
  readonly found: CacheContent | undefined;
  /** Starts to store a result, which must not change any more. `settle` of the cache waits for it. */
  keep(made: MadeContent): void;
}

/** One cache for everything that builds keep. */
export interface Cache {
  open(request: CacheRequest): Promise<CachePlace>;
  /** The stored result, or the result of `make`, which is then stored. */
  get(request: CacheRequest, make: () => Promise<CacheContent>): Promise<CacheContent & { readonly fromCache: boolean }>;
  /** Hits and misses with reasons, in the order of the lookups. */
  reports(): readonly CacheReport[];
  /** Waits until all results are stored. A result that cannot be stored causes a notice, not a failure. */
  settle(): Promise<void>;
}

export interface CacheOptions {
  /** Absent: nothing is found and nothing stored. */
  readonly store?: Store | undefined;
  readonly emit: Emit;
  /** Whether `reports` explains misses. */
  readonly explain?: boolean;
}

/** Opens a cache over a store. */
export function openCache(host: Pick<Host, 'fs'>, { store, emit, explain = false }: CacheOptions): Cache {
  const reports: CacheReport[] = [];
  const keeping: Promise<void>[] = [];
  const notice = (message: string): void => emit({ kind: 'notice', message });
  const open = async ({ kind, name, inputs }: CacheRequest): Promise<CachePlace> => {
    const report = (outcome: CacheReport['outcome'], reason: string, differences: CacheReport['differences'] = []): void =>
      void reports.push({ stage: kind, name, outcome, reason, differences });
    const unlessFailed = (error: unknown): void => {
      if (!isFailureOfSystem(error)) throw error;
      notice(`${kind} of ${name} cannot be stored for later builds: ${error.message}`);
    };
    if (store === undefined) {
      report('off', 'the cache was not used');
      return { found: undefined, keep: () => {} };
    }
    const gathered = await inputs();
    const key = keyOf(kind, gathered);
    const found = await findWhole(host, store, key);
    if (found !== undefined && 'wrong' in found) {
      notice(`the cache entry for ${kind} of ${name} is not used: ${found.wrong}; it is removed and made again`);
      report('damaged', found.wrong);
      await store.remove(key).catch(unlessFailed);
    } else if (found !== undefined) {
      report('hit', 'the inputs are the same');
      return { found, keep: () => {} };
    } else if (explain) {
      const differences = nearestInputs(await earlier(store, kind, name), gathered);
      report('miss', differences === undefined ? 'nothing of this name is in the cache' : describeDifferences(differences), differences);
    } else {
      report('miss', 'no entry has the same inputs');
    }
    const keep = async (made: MadeContent): Promise<void> => {
      const files = Object.entries(made.files);
      const record = { kind, name, inputs: gathered, value: JSON.stringify(made.value), files: await describe(host, files) };
      await store.put(key, record, files.map(([, file]) => file));
    };
    return { found: undefined, keep: (made) => void keeping.push(observed(keep(made).catch(unlessFailed))) };
  };
  return {
    open,
    get: async (request, make) => {
      const place = await open(request);
      if (place.found !== undefined) return { ...place.found, fromCache: true };
      const made = await make();
      place.keep(made);
      return { ...made, fromCache: false };
    },
    reports: () => reports,
    settle: async () => {
      await Promise.all(keeping);
    },
  };
}

/** `settle` reports the failure; until then it must not end the process. */
function observed<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

/** A full disk, or a folder that is read-only or cannot be locked. Any other error is a bug. */
const isFailureOfSystem = (error: unknown): error is Error =>
  (error instanceof HewError && !(error instanceof CancelledError)) || (error instanceof Error && 'errno' in error && 'code' in error);

async function describe({ fs }: Pick<Host, 'fs'>, files: readonly (readonly [string, FileToKeep])[]): Promise<EntryRecord['files']> {
  const paths = files.flatMap(([, file]) => (typeof file === 'string' ? file : []));
  const digests = new Map((await fs.digestFiles(paths)).map((digest, index) => [paths[index], digest]));
  const described = [];
  for (const [name, file] of files) {
    described.push(typeof file === 'string'
      ? { name, size: (await fs.status(file))?.size ?? 0, sha256: digests.get(file) ?? '' }
      : { name, size: packedSize(file.runs), sha256: await fs.sha256(file.path, file.runs.map((run) => ({ ...run, hole: false }))) });
  }
  return described;
}

/** An entry whose bytes all match its record, or the reason why not. */
async function findWhole(host: Pick<Host, 'fs'>, store: Store, key: Key): Promise<CacheContent | { readonly wrong: string } | undefined> {
  try {
    const stored = await store.find(key);
    if (stored === undefined) return undefined;
    const record = parseRecord(stored.record, key);
    return 'wrong' in record ? record : await whole(host, stored, record);
  } catch (error) {
    if (!isFailureOfSystem(error)) throw error;
    return { wrong: error.message };
  }
}

async function whole({ fs }: Pick<Host, 'fs'>, stored: StoredEntry, { value, files }: EntryRecord): Promise<CacheContent | { readonly wrong: string }> {
  const paths = await stored.take(files.map(({ name }) => name));
  if (paths === undefined) return { wrong: 'a file of it is missing' };
  const states = await Promise.all(paths.map((path) => fs.status(path)));
  // Sizes first: they cost nothing, and a file that is not plain must not be read.
  const other = files.find(({ size }, index) => states[index]?.kind !== 'file' || states[index].size !== size);
  if (other !== undefined) return { wrong: `its file ${other.name} has another size` };
  const digests = await fs.digestFiles(paths);
  const changed = files.find(({ sha256 }, index) => digests[index] !== sha256);
  if (changed !== undefined) return { wrong: `its file ${changed.name} has other content` };
  return { value: JSON.parse(value) as Json, files: Object.fromEntries(files.map(({ name }, index) => [name, paths[index] ?? ''])) };
}

/** Inputs of the entries of a name. */
async function earlier(store: Store, kind: Kind, name: string): Promise<readonly Json[]> {
  const texts = await store.records(kind);
  return texts.flatMap((text) => {
    try {
      const record = JSON.parse(text.split('\n')[0] ?? '') as EntryRecord;
      return record.name === name ? [record.inputs] : [];
    } catch {
      return [];
    }
  });
}
