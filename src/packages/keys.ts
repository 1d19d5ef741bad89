import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { DnfPaths } from './dnf5/paths.ts';
import { readKey } from './read-key.ts';
import { expandVariables, repositoryVariables } from './repository-variables.ts';
import { selectKeys } from './select-keys.ts';

/** The public keys of each repository, as files below hew's settings: the same bytes for dnf5 and for hew's own check. */
export type RepositoryKeys = ReadonlyMap<string, readonly string[]>;

/** Of the primary keys of each repository, sorted, by its id. */
export type Fingerprints = ReadonlyMap<string, readonly string[]>;

/** Where dnf5 and hew say that the RPM files beside a definition come from. */
export const LOCAL_REPOSITORY = '@commandline';

/** What a lock says of keys. */
export interface LockedKeys {
  readonly fingerprints: Fingerprints;
  /** Folder of a vendored set; keys with an address are taken from it. */
  readonly vendored?: string;
}

export interface GatheredKeys {
  readonly files: RepositoryKeys;
  readonly fingerprints: Fingerprints;
}

/**
 * Copies or fetches every key that the target's repositories name, and leaves in those files only what may be used:
 * keys that have not expired, were not revoked, and are pinned where fingerprints are. Throws `HewError` when nothing
 * of a file is left, since without it nothing could be verified.
 */
export async function gatherKeys(
  host: Host,
  plan: Pick<Plan, 'packages' | 'distribution'>,
  target: Target,
  paths: DnfPaths,
  locked?: LockedKeys,
): Promise<GatheredKeys> {
  const variables = repositoryVariables(plan, target, paths.hewCache);
  const files = new Map<string, readonly string[]>();
  const fingerprints = new Map<string, readonly string[]>();
  for (const { settings } of target.repositories) {
    const { id, gpgkey, gpgcheck, repo_gpgcheck: metadataCheck } = settings;
    if (gpgkey.length === 0 && (gpgcheck || metadataCheck)) throw keyMissing(id);
    const pins = { pinned: settings.fingerprints, locked: locked?.fingerprints.get(id) };
    const gathered = [];
    for (const [index, written] of gpgkey.entries()) {
      const source = expandVariables(written, variables);
      const content = await readKey(host, { repository: id, source, vendored: vendoredKey(locked, id, index), isPinned: hasPins(pins) });
      gathered.push(await selectKeys(host, { repository: id, source, content, ...pins }, paths));
    }
    files.set(id, gathered.map(({ file }) => file));
    if (gathered.length > 0) fingerprints.set(id, [...new Set(gathered.flatMap((one) => one.fingerprints))].sort());
  }
  const { local, localKeys } = plan.packages;
  if (local.length > 0) files.set(LOCAL_REPOSITORY, await keysOfLocal(host, localKeys, files, paths));
  return { files, fingerprints };
}

/** Where a vendored set keeps the keys of a repository. */
export const vendoredKeyName = (repository: string, index: number): string =>
  posix.join('keys', `${repository}${index === 0 ? '' : `-${index + 1}`}.asc`);

const vendoredKey = (locked: LockedKeys | undefined, repository: string, index: number): string | undefined =>
  locked?.vendored === undefined ? undefined : posix.join(locked.vendored, vendoredKeyName(repository, index));

interface Pins {
  readonly pinned?: readonly string[] | undefined;
  readonly locked?: readonly string[] | undefined;
}

const hasPins = ({ pinned, locked }: Pins): boolean => pinned !== undefined || locked !== undefined;

/** RPM files beside a definition may be signed by the keys given for them, else by those of any repository. */
async function keysOfLocal(host: Host, sources: readonly string[], files: RepositoryKeys, paths: DnfPaths): Promise<readonly string[]> {
  if (sources.length === 0) return [...new Set([...files.values()].flat())];
  const own = [];
  for (const source of sources) {
    const content = await readKey(host, { repository: LOCAL_REPOSITORY, source, vendored: undefined, isPinned: false });
    own.push((await selectKeys(host, { repository: LOCAL_REPOSITORY, source, content }, paths)).file);
  }
  return own;
}

const keyMissing = (repository: string): HewError =>
  new HewError(
    {
      code: 'key-missing',
      message: `repository ${repository} names no key, so nothing from it can be verified`,
      hint: 'add `gpgkey`, or turn the check off by `gpgcheck = false`, `repo_gpgcheck = false` and a `reason`',
    },
    { exitCode: 2 },
  );
