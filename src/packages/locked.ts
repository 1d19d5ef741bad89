import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { describeOlder, fetchedPackages, listKept, measure, openStore, resolvePackages, writeTransaction, type DnfSession, type FetchedPackages, type Measured, type PackageStore } from './dnf5/index.ts';
import { LOCAL_REPOSITORY, type LockedKeys } from './keys.ts';
import { checkFetched, checkOne } from './lock-check.ts';
import { checksumKind, type FetchedPackage, type LockedPackage } from './lock.ts';
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
  const { problems, missing, found } = await collect(session, store, locked);
  if (problems.length > 0) throw new HewError(problems);
  if (missing.length > 0) return fetchMissing(session, locked, missing, detail);
  detail(`${locked.packages.length} packages ${locked.vendored === undefined ? 'of earlier builds' : 'from the vendored set'}`);
  await writeTransaction(host, store, found);
  return fetchedPackages(store, found);
}

interface Collected {
  readonly problems: readonly Problem[];
  /** What only a repository can give. */
  readonly missing: readonly LockedPackage[];
  readonly found: readonly FetchedPackage[];
}

async function collect({ host, paths }: DnfSession, store: PackageStore, locked: LockedSet): Promise<Collected> {
  const [sources, local] = [await sourcesOf(host, paths.cache, locked), await measureLocal(host, store)];
  const [problems, missing, found]: [Problem[], LockedPackage[], FetchedPackage[]] = [[], [], []];
  await host.fs.makeFolder(posix.join(store.transaction, 'packages'));
  for (const entry of locked.packages) {
    const copy = posix.join(store.transaction, entry.file);
    if (entry.repository === LOCAL_REPOSITORY) {
      const source = local.get(entry.checksum);
      if (source === undefined) problems.push(otherLocal(entry));
      else {
        await host.fs.copy(source, copy);
        found.push({ ...entry, ...(await measure(host, copy)) });
      }
      continue;
    }
    const measured = await copyFirst(host, sources(entry), copy, entry);
    const departures = checkOne(formatNevra(entry), entry, measured, 'vendored set');
    if (measured !== undefined && departures.length === 0) found.push({ ...entry, ...measured });
    else if (locked.vendored === undefined) missing.push(entry);
    else problems.push(...departures);
  }
  return { problems, missing, found };
}

/** Copies the first that is as it was locked, else the last one. Copy, then hash the copy (no TOCTOU). */
async function copyFirst(host: Host, sources: readonly string[], copy: string, wanted: LockedPackage): Promise<Measured | undefined> {
  let found: Measured | undefined;
  for (const source of sources) {
    if ((await host.fs.status(source))?.kind !== 'file') continue;
    await host.fs.copy(source, copy);
    found = await measure(host, copy, checksumKind(wanted.checksum));
    if (found.checksum === wanted.checksum && found.size === wanted.size) break;
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
  for (const file of localFiles) files.set((await measure(host, file)).checksum, file);
  return files;
}

const otherLocal = (entry: LockedPackage): Problem => ({
  code: 'lock-checksum',
  message: `none of the RPM files beside the definition is the ${formatNevra(entry)} that was locked: ${entry.checksum}`,
  hint: 'someone replaced it; if that is meant, run `hew lock IMAGE --update`',
});

async function fetchMissing(
  session: DnfSession, locked: LockedSet, missing: readonly LockedPackage[], detail: (text: string) => void,
): Promise<FetchedPackages> {
  const { host } = session;
  const fetched = await resolvePackages(session, { only: locked.packages }, detail).catch((error: unknown) => {
    throw explainLocked(error, missing);
  });
  const kinds = new Map(locked.packages.map((entry) => [formatNevra(entry), checksumKind(entry.checksum)]));
  const found: FetchedPackage[] = [];
  for (const entry of fetched.lock.packages) {
    const kind = kinds.get(formatNevra(entry)) ?? 'sha256';
    found.push(kind === 'sha256' ? entry : { ...entry, ...(await measure(host, posix.join(fetched.folder, entry.file), kind)) });
  }
  const departures = [...describeOlder(fetched.metadata), ...checkFetched(locked.packages, found)];
  if (departures.length > 0) throw new HewError(departures);
  const rows = new Map(found.map((entry) => [formatNevra(entry), entry]));
  const packages = locked.packages.flatMap((entry) => {
    const row = rows.get(formatNevra(entry));
    return row === undefined ? [] : [{ ...row, ...entry, file: row.file }];
  });
  const store = { transaction: fetched.folder };
  // Its reasons are those of the lock, wherever the packages came from: the same lock gives the same bytes.
  await writeTransaction(host, store, packages);
  return fetchedPackages(store, packages);
}

/** Failures that say that the repositories lack a build. */
export const NO_MORE_OFFERED: readonly string[] = ['package-excluded', 'package-not-found', 'conflict'];
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
