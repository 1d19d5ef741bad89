import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Target } from '../../plan/types.ts';
import type { LockedPackage } from '../lock.ts';

/**
 * The packages that earlier builds left: paths by file name. dnf5 keeps packages by repository, in folders that it
 * names by id and a digest of the address: https://dnf5.readthedocs.io/en/latest/misc/caching.7.html
 */
export async function listKept(host: Host, cache: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const kept = new Map<string, string[]>();
  for (const repository of await host.fs.list(cache)) {
    const folder = posix.join(cache, repository, 'packages');
    for (const name of await host.fs.list(folder)) kept.set(name, [...(kept.get(name) ?? []), posix.join(folder, name)]);
  }
  return kept;
}

/**
 * Leaves packages that came over a network for later builds, where dnf5 looks for them: with `--store` it keeps none
 * by itself, and would fetch every one again. It checks what it finds there against the metadata.
 */
export async function keepPackages(host: Host, cache: string, target: Target, folder: string, packages: readonly LockedPackage[]): Promise<void> {
  const remote = new Set(target.repositories.filter(isRemote).map(({ settings }) => settings.id));
  if (remote.size === 0) return;
  const folders = await host.fs.list(cache);
  const unfinished = await host.claimFolder(posix.join(cache, '.kept-'));
  try {
    for (const entry of packages.filter(({ repository }) => remote.has(repository))) {
      const name = posix.basename(entry.file);
      for (const place of folders.filter((one) => one.slice(0, -17) === entry.repository && /-[0-9a-f]{16}$/.test(one))) {
        const kept = posix.join(cache, place, 'packages', name);
        if ((await host.fs.status(kept))?.size === entry.size) continue;
        await host.fs.makeFolder(posix.dirname(kept));
        await host.fs.copy(posix.join(folder, entry.file), posix.join(unfinished.path, name));
        await host.fs.rename(posix.join(unfinished.path, name), kept);
      }
    }
  } finally {
    unfinished.remove();
  }
}

/** Whether a repository lies behind a network. */
export const isRemote = ({ settings }: Target['repositories'][number]): boolean =>
  [...settings.baseurl, settings.metalink ?? '', settings.mirrorlist ?? ''].some((url) => /^(https?|ftp):/.test(url));
