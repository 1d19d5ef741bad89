import { stringify } from 'yaml';

import { LOCAL_REPOSITORY } from './keys.ts';
import { sortLock, type LockFile, type LockFilePackage } from './lock-file.ts';
import { sortRequest, type LockedRepository, type LockRequest } from './lock-request.ts';

/** Version of the `rpm-package-manifest` form that is written. */
export const MANIFEST_VERSION = '0.2.2';
/** Version of hew's own keys. */
export const LOCK_VERSION = 1;

const HEADER = `# Written by \`hew lock\`: the exact packages of this image. Commit it; do not edit it by hand.
# After a merge with conflicts take either side of each, then run \`hew lock\`.
`;

/**
 * The text of a lock file: a libpkgmanifest manifest (https://github.com/rpm-software-management/libpkgmanifest) with
 * hew's own keys under the one name `hew`, at the top and inside of entries. For git's sake a package is one block
 * that begins and ends with lines that an update keeps, blocks are sorted, lists stand one item a line, and the only
 * digest over many lines is that of the request, which no update of a package touches.
 */
export function formatLock(unsorted: LockFile): string {
  const lock = sortLock({ ...unsorted, request: sortRequest(unsorted.request) });
  const { request } = lock;
  const own = {
    version: LOCK_VERSION,
    distribution: request.distribution,
    releasever: request.releasever,
    definition: lock.definition,
    vars: sortKeys(request.vars),
    install: request.install,
    exclude: request.exclude,
    local: request.local,
    modules: request.modules,
    'weak-dependencies': request.weakDependencies,
    multilib: request.multilib,
    'ignore-missing': request.ignoreMissing,
    targets: Object.fromEntries(
      request.targets.map(({ name, costs, vars, ...rest }) => [name, { vars: sortKeys(vars), ...rest, repositories: sortKeys(costs) }]),
    ),
  };
  return HEADER + stringify(manifestOf(lock, own), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A sorted lock as libpkgmanifest has it; hew's own keys come in where the first of them are given. */
export function manifestOf(lock: Omit<LockFile, 'definition'>, own?: object): object {
  const { request, packages } = lock;
  const isOwn = own !== undefined;
  return {
    document: 'rpm-package-manifest',
    version: MANIFEST_VERSION,
    ...(isOwn ? { hew: own } : {}),
    data: {
      repositories: [
        ...(packages.some(({ repository }) => repository === LOCAL_REPOSITORY) ? [localEntry(isOwn ? keysOf(lock, LOCAL_REPOSITORY) : {})] : []),
        ...request.repositories.map((repository) => repositoryEntry(repository, isOwn ? keysOf(lock, repository.id) : undefined)),
      ],
      packages: Object.fromEntries(
        [...Map.groupBy(packages, ({ arch }) => arch)].map(([arch, group]) => [arch, group.map((entry) => packageEntry(entry, request, isOwn))]),
      ),
    },
  };
}

/** What a lock says of the keys of a repository. */
interface KeysEntry {
  readonly keys?: readonly string[] | undefined;
  readonly 'key-text'?: readonly string[];
}

function keysOf({ keys, keyTexts }: Pick<LockFile, 'keys' | 'keyTexts'>, id: string): KeysEntry {
  const [known, texts] = [keys.get(id), keyTexts?.get(id)];
  return { ...(known === undefined ? {} : { keys: known }), ...(texts === undefined ? {} : { 'key-text': texts }) };
}

/** libpkgmanifest refuses packages of a repository that is not there; these lie beside the definition. */
const localEntry = (keys: KeysEntry): object => ({ id: LOCAL_REPOSITORY, baseurl: 'file:.', ...(keys.keys === undefined ? {} : { hew: { keys: keys.keys } }) });

const repositoryEntry = (
  { id, baseurl, metalink, mirrorlist, includepkgs, excludepkgs }: LockedRepository,
  keys: KeysEntry | undefined,
): object => {
  const [first, ...others] = baseurl;
  const own = keys === undefined ? {} : {
    // libpkgmanifest knows one base URL; the others hold the same content.
    ...(others.length === 0 ? {} : { mirrors: others }),
    ...(includepkgs === undefined ? {} : { includepkgs }),
    ...(excludepkgs === undefined ? {} : { excludepkgs }),
    ...keys,
  };
  return {
    id,
    ...(first === undefined ? {} : { baseurl: first }),
    ...(metalink === undefined ? {} : { metalink }),
    ...(mirrorlist === undefined ? {} : { mirrorlist }),
    ...(Object.keys(own).length === 0 ? {} : { hew: own }),
  };
};

function packageEntry(entry: LockFilePackage, request: LockRequest, isOwn: boolean): object {
  const everywhere = request.targets.every(({ name }) => entry.targets.includes(name));
  const arches = [...new Set(request.targets.map(({ name }) => name.slice(0, name.lastIndexOf('-'))))];
  return {
    name: entry.name,
    repo_id: entry.repository,
    ...(entry.location === undefined ? {} : { location: entry.location }),
    checksum: entry.checksum,
    size: entry.size,
    evr: entry.evr,
    ...(entry.sourceRpm === undefined ? {} : { srpm: entry.sourceRpm.replace(/\.rpm$/, '') }),
    // What libpkgmanifest wants to know of noarch and labelled packages once there are several architectures.
    ...(arches.length > 1 && !arches.includes(entry.arch)
      ? { parent_archs: arches.filter((arch) => entry.targets.some((name) => name.startsWith(`${arch}-`))) }
      : {}),
    ...(isOwn ? { hew: ownEntry(entry, everywhere) } : {}),
  };
}

const ownEntry = ({ reason, targets, advisories }: LockFilePackage, everywhere: boolean): object => ({
  reason,
  ...(everywhere ? {} : { targets }),
  ...(advisories === undefined ? {} : { advisories }),
});

const sortKeys = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
