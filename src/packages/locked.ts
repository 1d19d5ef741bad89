import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { describeOlder, fetchedPackages, listKept, measure, openStore, resolvePackages, writeTransaction, type DnfSession, type FetchedPackages, type PackageStore } from './dnf5/index.ts';
import { LOCAL_REPOSITORY, type LockedKeys } from './keys.ts';
import { checkFetched, checkOne } from './lock-check.ts';
import type { LockedPackage } from './lock.ts';
import { formatNevra } from './nevra.ts';

/** What a locked build goes by, for one target. */
export interface LockedSet extends LockedKeys {
  readonly packages: readonly LockedPackage[];
  /** Where each package lies in a vendored set, relative to it. */
  readonly vendoredPath?: (entry: LockedPackage) => string;
}

/**
 * Gathers exactly what was locked: from the vendored set and from nowhere else where there is one, else from what
 * earlier builds left in the cache, else from the repositories. The first two need neither network nor metadata.
 * Throws `HewError` that names each package that is missing or has other bytes.
 */
export async function fetchLocked(session: DnfSession, locked: LockedSet, detail: (text: string) => void): Promise<FetchedPackages> {
  const { host, plan, target } = session;
  const store = await openStore(host, plan, target);
  const { problems, missing } = await collect(session, store, locked);
  if (problems.length > 0) throw new HewError(problems);
  if (missing.length > 0) return fetchMissing(session, locked, missing, detail);
  detail(`${locked.packages.length} packages ${locked.vendored === undefined ? 'of earlier builds' : 'from the vendored set'}`);
  await writeTransaction(host, store, locked.packages);
  return fetchedPackages(store, locked.packages);
}

interface Collected {
  readonly problems: readonly Problem[];
  /** What only a repository can give. */
  readonly missing: readonly LockedPackage[];
}

async function collect({ host, paths }: DnfSession, store: PackageStore, locked: LockedSet): Promise<Collected> {
  const [sources, local] = [await sourcesOf(host, paths.cache, locked), await measureLocal(host, store)];
  const [problems, missing]: [Problem[], LockedPackage[]] = [[], []];
  await host.fs.makeFolder(posix.join(store.transaction, 'packages'));
  for (const entry of locked.packages) {
    const copy = posix.join(store.transaction, entry.file);
    if (entry.repository === LOCAL_REPOSITORY) {
      const source = local.get(entry.sha256);
      if (source === undefined) problems.push(otherLocal(entry));
      else await host.fs.copy(source, copy);
      continue;
    }
    const found = await copyFirst(host, sources(entry), copy, entry);
    if (found === 'right') continue;
    if (locked.vendored === undefined) missing.push(entry);
    else problems.push(...checkOne(formatNevra(entry), entry, found === 'none' ? undefined : found, 'vendored set'));
  }
  return { problems, missing };
}

type Found = 'right' | 'none' | { readonly sha256: string; readonly size: number };

/** Copy, then hash the copy (no TOCTOU). */
async function copyFirst(host: Host, sources: readonly string[], copy: string, wanted: LockedPackage): Promise<Found> {
  let found: Found = 'none';
  for (const source of sources) {
    if ((await host.fs.status(source))?.kind !== 'file') continue;
    await host.fs.copy(source, copy);
    const measured = await measure(host, copy);
    if (measured.sha256 === wanted.sha256 && measured.size === wanted.size) return 'right';
    found = measured;
  }
  return found;
}

/** The files that may be a package. */
async function sourcesOf(
  host: Host, cache: string, { vendored, vendoredPath }: LockedSet,
): Promise<(entry: LockedPackage) => readonly string[]> {
  if (vendored !== undefined && vendoredPath !== undefined) return (entry) => [posix.join(vendored, vendoredPath(entry))];
  const kept = await listKept(host, cache);
  return ({ file, location }) => [...new Set([file, location ?? file].map((path) => posix.basename(path)))].flatMap((name) => kept.get(name) ?? []);
}

async function measureLocal(host: Host, { localFiles }: PackageStore): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of localFiles) files.set((await measure(host, file)).sha256, file);
  return files;
}

const otherLocal = (entry: LockedPackage): Problem => ({
  code: 'lock-checksum',
  message: `none of the RPM files beside the definition is the ${formatNevra(entry)} that was locked: sha256 ${entry.sha256}`,
  hint: 'someone replaced it; if that is meant, run `hew lock IMAGE --update`',
});

async function fetchMissing(
  session: DnfSession, locked: LockedSet, missing: readonly LockedPackage[], detail: (text: string) => void,
): Promise<FetchedPackages> {
  const { host } = session;
  const fetched = await resolvePackages(session, { only: locked.packages }, detail).catch((error: unknown) => {
    throw explainLocked(error, missing);
  });
  const found = fetched.lock.packages;
  const departures = [...describeOlder(fetched.metadata), ...checkFetched(locked.packages, found)];
  if (departures.length > 0) throw new HewError(departures);
  const files = new Map(found.map((entry) => [formatNevra(entry), entry.file]));
  const packages = locked.packages.map((entry) => ({ ...entry, file: files.get(formatNevra(entry)) ?? entry.file }));
  const store = { transaction: fetched.folder };
  // Its reasons are those of the lock, wherever the packages came from: the same lock gives the same bytes.
  await writeTransaction(host, store, packages);
  return fetchedPackages(store, packages);
}

const NO_MORE_OFFERED = ['package-excluded', 'package-not-found', 'conflict'];
/** Enough to see what is meant. */
const MAX_NAMED = 20;

/** With a lock, a package that cannot be had is one that the repositories no longer offer as it was locked. */
function explainLocked(error: unknown, missing: readonly LockedPackage[]): unknown {
  if (!(error instanceof HewError)) return error;
  if (NO_MORE_OFFERED.includes(error.code)) {
    return new HewError(
      error.problems.map(({ message }) => ({
        code: 'lock-missing',
        message: `what was locked cannot be had: ${message}`,
        hint: 'its repository may have dropped it; resolve again with `hew lock IMAGE --update`',
      })),
      { cause: error },
    );
  }
  if (error.code !== 'repository-unreachable') return error;
  const named = missing.slice(0, MAX_NAMED).map((entry): Problem => ({
    code: 'lock-missing',
    message: `${formatNevra(entry)} is locked, and is not in the package cache as it was locked`,
    hint: 'to build without a network, vendor packages by `hew lock IMAGE --vendor DIR` and build with `--vendor DIR`',
  }));
  return new HewError([...error.problems, ...named], { cause: error });
}
