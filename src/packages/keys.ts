import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import { readKey } from './read-key.ts';
import { expandVariables, repositoryVariables } from './repository-variables.ts';
import { selectKeys, type KeyBench, type SelectedKeys } from './select-keys.ts';
import type { FoundKey, KeyFile } from './choose-keys.ts';

/**
 * The public keys of each repository, as files below the folder for keys: the same bytes for dnf5 and for hew's own check.
 * In the order of `gpgkey`; undefined where none of a key file is used.
 */
export type RepositoryKeys = ReadonlyMap<string, readonly (string | undefined)[]>;

/** The key files of a repository that are used. */
export const usedKeys = (keys: RepositoryKeys, repository: string): readonly string[] =>
  (keys.get(repository) ?? []).filter((file) => file !== undefined);

/** Of the primary keys of each repository, sorted, by its id. */
export type Fingerprints = ReadonlyMap<string, readonly string[]>;

/** Where dnf5 and hew say that the RPM files beside a definition come from. */
export const LOCAL_REPOSITORY = '@commandline';

/** The text of the used keys of each key file, by repository and in the order of `gpgkey`; empty where none of a file is used. */
export type KeyTexts = ReadonlyMap<string, readonly string[]>;

/** What a lock says of keys. */
export interface LockedKeys {
  readonly fingerprints: Fingerprints;
  /** Keys that the lock holds: their files are not read. */
  readonly texts?: KeyTexts;
  /** Folder of a vendored set; keys with an address are taken from it. */
  readonly vendored?: string;
}

export interface GatheredKeys {
  readonly files: RepositoryKeys;
  /** Of the keys that are used. */
  readonly fingerprints: Fingerprints;
  /** All that the key files hold, used or not, in the order of the definition. */
  readonly found: readonly SourceKey[];
}

/** A key, and where it came from. */
export interface SourceKey extends FoundKey {
  readonly repository: string;
  /** As the definition names it. */
  readonly source: string;
}

/**
 * Copies or fetches every key that the target's repositories name, and leaves in those files only what may be used:
 * keys that have not expired, were not revoked, and are pinned where fingerprints are. Throws `HewError` when nothing
 * is left for a repository, since without it nothing could be verified, and when a key file is not there.
 */
export async function gatherKeys(
  bench: KeyBench,
  plan: Pick<Plan, 'packages' | 'distribution'>,
  target: Target,
  locked?: LockedKeys,
): Promise<GatheredKeys> {
  const { host } = bench;
  const variables = repositoryVariables(plan, target, host.paths.cache);
  const files = new Map<string, readonly (string | undefined)[]>();
  const fingerprints = new Map<string, readonly string[]>();
  const found: SourceKey[] = [];
  for (const { settings } of target.repositories) {
    const { id, gpgkey, gpgcheck, repo_gpgcheck: metadataCheck } = settings;
    if (gpgkey.length === 0 && (gpgcheck || metadataCheck)) throw keyMissing(id);
    const pins = { pinned: settings.fingerprints, locked: locked?.fingerprints.get(id) };
    const given: Source[] = [];
    for (const [index, written] of gpgkey.entries()) {
      const source = expandVariables(written, variables);
      const text = locked?.texts?.get(id)?.[index];
      if (text !== undefined) {
        if (text !== '') given.push({ repository: id, source, written, content: Buffer.from(text), ...pins });
        continue;
      }
      const vendored = vendoredKey(locked, id, index);
      // A vendored set has no file where no key of it was used.
      if (vendored !== undefined && gpgkey.length > 1 && (await host.fs.status(vendored)) === undefined && !source.startsWith('/')) continue;
      const content = await readKey(host, { repository: id, source, vendored, isPinned: hasPins(pins) });
      given.push({ repository: id, source, written, content, ...pins });
    }
    if (given.length === 0 && gpgkey.length > 0) throw keyMissing(id);
    const gathered = await selectAll(bench, given);
    found.push(...gathered.found);
    files.set(id, gathered.files);
    if (given.length > 0) fingerprints.set(id, fingerprintsOf(gathered.found));
  }
  const { local, localKeys } = plan.packages;
  if (local.length > 0 && localKeys.length === 0) files.set(LOCAL_REPOSITORY, [...new Set([...files.values()].flat())]);
  else if (local.length > 0) {
    const own = await keysOfLocal(bench, localKeys, locked);
    fingerprints.set(LOCAL_REPOSITORY, fingerprintsOf(own.found));
    found.push(...own.found);
    files.set(LOCAL_REPOSITORY, own.files);
  }
  return { files, fingerprints, found };
}

const fingerprintsOf = (found: readonly SourceKey[]): readonly string[] =>
  [...new Set(found.filter(({ trust }) => trust !== 'no').map(({ fingerprint }) => fingerprint))].sort();

/** The text of the keys in files of several targets. Where those differ by architecture, all are put behind one another. */
export async function readKeyTexts(host: Host, targets: readonly RepositoryKeys[]): Promise<KeyTexts> {
  const texts = new Map<string, readonly string[]>();
  for (const [id, files] of targets.flatMap((keys) => [...keys])) {
    const known = texts.get(id) ?? [];
    const read = await Promise.all(files.map(async (file) => (file === undefined ? '' : host.fs.readText(file))));
    texts.set(id, read.map((text, index) => ((known[index] ?? '').includes(text) ? known[index] ?? '' : `${known[index] ?? ''}${text}`)));
  }
  // The keys of RPM files beside the definition lie there too.
  texts.delete(LOCAL_REPOSITORY);
  return texts;
}

interface Source extends KeyFile {
  readonly written: string;
}

/** A key file of which nothing can be used is passed over as long as another of the same repository can. */
async function selectAll(bench: KeyBench, given: readonly Source[]): Promise<{ readonly files: readonly (string | undefined)[]; readonly found: readonly SourceKey[] }> {
  const [files, found, failures]: [(string | undefined)[], SourceKey[], Problem[]] = [[], [], []];
  for (const source of given) {
    const { repository, written } = source;
    const selected: SelectedKeys = await selectKeys(bench, source);
    files.push(selected.file);
    if (selected.failure !== undefined) failures.push(selected.failure);
    found.push(...selected.found.map((key) => ({ ...key, repository, source: written })));
  }
  if (failures.length > 0 && failures.length === given.length) throw new HewError(failures);
  return { files, found };
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

/** RPM files beside a definition are signed by the keys given for them; without any, by those of any repository. */
async function keysOfLocal(bench: KeyBench, sources: readonly string[], locked: LockedKeys | undefined): Promise<Pick<GatheredKeys, 'found'> & { readonly files: readonly (string | undefined)[] }> {
  const given: Source[] = [];
  for (const source of sources) {
    const content = await readKey(bench.host, { repository: LOCAL_REPOSITORY, source, vendored: undefined, isPinned: false });
    given.push({ repository: LOCAL_REPOSITORY, source, written: source, content, locked: locked?.fingerprints.get(LOCAL_REPOSITORY) });
  }
  return selectAll(bench, given);
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
