import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { LOCAL_REPOSITORY, vendoredKeyName, type RepositoryKeys } from './keys.ts';
import { rpmFileName, type LockFile } from './lock-file.ts';
import type { PinnedPackage } from './lock.ts';

type Row = Pick<PinnedPackage, 'name' | 'evr' | 'arch' | 'repository' | 'checksum'>;

/**
 * Where a package of a lock lies in a vendored set: `REPOSITORY/NAME-VERSION-RELEASE.ARCH.rpm`. Repositories of
 * several architectures may each hold a noarch package of one name and other bytes: those have their checksum behind
 * the name.
 */
export function vendoredPath({ packages }: Pick<LockFile, 'packages'>): (entry: Row) => string {
  const plain = (entry: Row): string => posix.join(entry.repository, rpmFileName(entry));
  const checksums = new Map<string, Set<string>>();
  for (const entry of packages) checksums.set(plain(entry), (checksums.get(plain(entry)) ?? new Set()).add(entry.checksum));
  return (entry) =>
    (checksums.get(plain(entry))?.size ?? 0) > 1 ? plain(entry).replace(/\.rpm$/, `-${entry.checksum.slice('sha256:'.length, 'sha256:'.length + 12)}.rpm`) : plain(entry);
}

/** Everything in a vendored set that its lock does not hold. RPM files beside the definition are never vendored. */
export async function findUnlockedFiles(host: Host, lock: LockFile, folder: string): Promise<readonly Problem[]> {
  const pathOf = vendoredPath(lock);
  const known = new Set(lock.packages.filter(({ repository }) => repository !== LOCAL_REPOSITORY).map(pathOf));
  const unlocked = (await filesOf(host, folder)).filter((path) => !known.has(path) && !isKey(path));
  return unlocked.map((path) => ({
    code: 'lock-unexpected',
    message: `${path} lies in the vendored set ${folder}, and the lock does not hold it`,
    hint: 'someone put it there, or it is left from another lock: make the set again with `hew lock IMAGE --vendor DIR`',
  }));
}

/** Files of a vendored set by their place in it. */
export interface VendoredFiles {
  readonly packages: ReadonlyMap<string, string>;
  /** Key files by repository. */
  readonly keys: RepositoryKeys;
}

/**
 * Writes a vendored set beside its place and puts it there by rename, so that a reader sees the old one or the new
 * one. Throws `HewError` where that place holds anything that is no vendored set.
 */
export async function writeVendored(host: Host, folder: string, { packages, keys }: VendoredFiles): Promise<void> {
  const foreign = (await filesOf(host, folder)).find((path) => !/^[^/]+\/[^/]+\.rpm$/.test(path) && !isKey(path));
  if (foreign !== undefined) {
    throw new HewError({
      code: 'vendor-folder',
      message: `${folder} holds ${foreign}, which is not of a vendored set`,
      hint: 'name another folder; what is there is left alone',
    }, { exitCode: 2 });
  }
  const parent = posix.dirname(folder);
  await host.fs.makeFolder(parent);
  const claimed = await host.claimFolder(posix.join(parent, '.vendor-'));
  const unfinished = claimed.path;
  try {
    await host.fs.setMode(unfinished, 0o755);
    const keyFiles = [...keys].flatMap(([repository, files]) =>
      files.flatMap((file, index): [string, string][] => (file === undefined ? [] : [[vendoredKeyName(repository, index), file]])));
    for (const [path, source] of [...packages, ...keyFiles]) {
      await host.fs.makeFolder(posix.join(unfinished, posix.dirname(path)));
      await host.fs.copy(source, posix.join(unfinished, path));
    }
    await host.uninterrupted(async () => {
      await host.fs.remove(folder);
      await host.fs.rename(unfinished, folder);
    });
  } finally {
    claimed.remove();
  }
}

const isKey = (path: string): boolean => /^keys\/[^/]+\.asc$/.test(path);

/** Paths of everything that is no folder, two levels deep at the most: below that nothing of a set lies. */
async function filesOf(host: Host, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await host.fs.list(folder)) {
    const inner = (await host.fs.status(posix.join(folder, name)))?.kind === 'directory' ? await host.fs.list(posix.join(folder, name)) : undefined;
    paths.push(...(inner === undefined ? [name] : inner.map((file) => `${name}/${file}`)));
  }
  return paths;
}
