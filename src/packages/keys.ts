import { posix } from 'node:path';

import { digestOf } from '../digest.ts';
import { HewError, ToolError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { DnfPaths } from './dnf5/paths.ts';
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
  { packages }: Pick<Plan, 'packages'>,
  target: Target,
  paths: DnfPaths,
  locked?: LockedKeys,
): Promise<GatheredKeys> {
  const files = new Map<string, readonly string[]>();
  const fingerprints = new Map<string, readonly string[]>();
  for (const { settings } of target.repositories) {
    const { id, gpgkey, gpgcheck, repo_gpgcheck: metadataCheck } = settings;
    if (gpgkey.length === 0 && (gpgcheck || metadataCheck)) throw keyMissing(id);
    const pins = { pinned: settings.fingerprints, locked: locked?.fingerprints.get(id) };
    const gathered = [];
    for (const [index, source] of gpgkey.entries()) {
      const content = await readKey(host, id, source, paths, vendoredKey(locked, id, index), hasPins(pins));
      gathered.push(await selectKeys(host, { repository: id, source, content, ...pins }, paths));
    }
    files.set(id, gathered.map(({ file }) => file));
    if (gathered.length > 0) fingerprints.set(id, [...new Set(gathered.flatMap((one) => one.fingerprints))].sort());
  }
  if (packages.local.length > 0) files.set(LOCAL_REPOSITORY, await localKeys(host, packages.localKeys, files, paths));
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
async function localKeys(host: Host, sources: readonly string[], files: RepositoryKeys, paths: DnfPaths): Promise<readonly string[]> {
  if (sources.length === 0) return [...new Set([...files.values()].flat())];
  const own = [];
  for (const source of sources) {
    const content = await host.fs.readTextIfThere(source);
    if (content === undefined) throw keyNotThere('local RPMs', source);
    own.push((await selectKeys(host, { repository: LOCAL_REPOSITORY, source, content }, paths)).file);
  }
  return own;
}

async function readKey(
  host: Host, repository: string, source: string, paths: DnfPaths, vendored: string | undefined, isPinned: boolean,
): Promise<string> {
  const location = source.replace('$cachedir', paths.hewCache).replace(/^file:\/\//, '');
  const isLocal = location.startsWith('/');
  const content = isLocal
    ? await host.fs.readTextIfThere(location)
    : vendored === undefined ? await fetchKey(host, location, isPinned) : await host.fs.readTextIfThere(vendored);
  if (content === undefined) throw keyNotThere(`repository ${repository}`, isLocal || vendored === undefined ? location : vendored);
  return content;
}

const keyNotThere = (whose: string, location: string): HewError =>
  new HewError({
    code: 'key-missing',
    message: `the key of ${whose} is not there: ${location}`,
    hint: location.includes('/sample/') ? SAMPLE_HINT : 'check `gpgkey` of the repository',
  });

const SAMPLE_HINT = 'the sample distribution is made by `./bin/quickstart` in a checkout of hew';

/**
 * Fetches a key. One whose fingerprint is known by heart may come over an open line, and without a network from an
 * earlier build: another key in its place would not pass.
 */
async function fetchKey(host: Host, url: string, isPinned: boolean): Promise<string> {
  const kept = posix.join(host.paths.cache, 'keys', `${digestOf(url).slice('sha256:'.length)}.asc`);
  try {
    const { stdout } = await host.run({
      tool: 'curl',
      args: [
        '--fail', '--silent', '--show-error', '--location', '--proto', isPinned ? '=https,http' : '=https', '--max-time', '60',
        '--', url,
      ],
      view: { network: true },
    });
    // What cannot be kept, on a full disk say, is fetched the next time.
    await host.fs.replace(kept, stdout).catch(() => {});
    return stdout;
  } catch (error) {
    const earlier = error instanceof ToolError && isPinned ? await host.fs.readTextIfThere(kept) : undefined;
    if (earlier === undefined) throw error;
    return earlier;
  }
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
