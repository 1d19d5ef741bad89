import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Repository } from '../../definition/index.ts';
import { digestOf, type Digest } from '../../digest.ts';
import { expandVariables, repositoryVariables } from '../repository-variables.ts';
import type { DnfSession } from './session.ts';

/**
 * dnf5's cache folder of a repository: its id, and the beginning of the SHA-256 of the first address that it has.
 * Source: ConfigRepo::get_unique_id in libdnf5/repo/config_repo.cpp of dnf5. Pure.
 */
export function metadataFolder({ id, metalink, mirrorlist, baseurl }: Repository, expand: (url: string) => string): string {
  const where = expand(metalink ?? mirrorlist ?? baseurl[0] ?? id);
  return `${id}-${createHash('sha256').update(where).digest('hex').slice(0, 16)}`;
}

/**
 * Digests of the `repomd.xml` that packages were just resolved from, by repository id. It names every other file of the
 * metadata by digest, and those name every package by digest.
 */
export async function readMetadataDigests({ host, plan, target, paths }: DnfSession): Promise<ReadonlyMap<string, Digest>> {
  const variables = repositoryVariables(plan, target, paths.hewCache);
  const digests = new Map<string, Digest>();
  for (const { settings } of target.repositories) {
    const folder = metadataFolder(settings, (url) => expandVariables(url, variables));
    const file = posix.join(paths.cache, folder, 'repodata/repomd.xml');
    if ((await host.fs.status(file)) !== undefined) digests.set(settings.id, digestOf(await host.fs.readBytes(file)));
  }
  return digests;
}
