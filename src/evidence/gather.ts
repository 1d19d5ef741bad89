import { posix } from 'node:path';

import type { Digest } from '../digest.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { FetchedPackage } from '../packages/lock.ts';
import { formatNevra } from '../packages/nevra.ts';
import { expandVariables, repositoryVariables } from '../packages/repository-variables.ts';
import type { Plan, PlannedRepository, Target } from '../plan/types.ts';
import { withoutCredentials } from '../redact.ts';
import type { EvidenceKey, EvidencePackage, EvidenceRepository, EvidenceTarget } from './input.ts';

/** What a build knows about one target. Digests of keys and metadata are by repository id. */
export interface TargetInput {
  readonly target: Target;
  readonly installed: readonly InstalledPackage[];
  readonly locked: readonly FetchedPackage[];
  readonly files?: EvidenceTarget['files'];
  readonly audit?: EvidenceTarget['audit'];
  readonly secureBoot?: EvidenceTarget['secureBoot'];
  /** In the order of the repository's `gpgkey`. */
  readonly keys?: ReadonlyMap<string, readonly (Digest | undefined)[]>;
  readonly metadata?: ReadonlyMap<string, Digest>;
  /** Of the keys that may be used, by repository id. */
  readonly fingerprints?: ReadonlyMap<string, readonly string[]>;
  /** Those of them whose owner signed them with SHA-1 alone. */
  readonly sha1Keys?: ReadonlyMap<string, readonly string[]>;
}

/** Joins the locked packages with the image's own database. */
export function gatherTarget(plan: Plan, built: TargetInput): EvidenceTarget {
  const { target, installed, locked, files, audit, secureBoot } = built;
  const rpms = new Map(locked.map((entry) => [formatNevra(entry), entry]));
  return {
    arch: target.arch,
    level: target.level,
    ...(target.hwcaps === undefined ? {} : { hwcaps: target.hwcaps }),
    repositories: target.repositories.map((repository) => gatherRepository(repository, built)),
    packages: installed.map((entry) => gatherPackage(plan, target, entry, rpms.get(formatNevra(entry)))),
    ...(files === undefined ? {} : { files }),
    ...(audit === undefined ? {} : { audit }),
    ...(secureBoot === undefined ? {} : { secureBoot }),
  };
}

function gatherRepository({ settings }: PlannedRepository, { keys, metadata, fingerprints, sha1Keys }: TargetInput): EvidenceRepository {
  const urls = [...settings.baseurl, settings.metalink, settings.mirrorlist].filter((url) => url !== undefined);
  const digest = metadata?.get(settings.id);
  return {
    id: settings.id,
    level: settings.level,
    urls: urls.map(withoutCredentials),
    gpgcheck: settings.gpgcheck,
    repoGpgcheck: settings.repo_gpgcheck,
    ...(settings.reason === undefined ? {} : { reason: settings.reason }),
    keys: settings.gpgkey.map((source, index): EvidenceKey => {
      const keyDigest = keys?.get(settings.id)?.[index];
      return {
        name: /^https?:/.test(source) ? withoutCredentials(source) : posix.basename(source),
        ...(keyDigest === undefined ? {} : { digest: keyDigest }),
      };
    }),
    ...(fingerprints?.has(settings.id) === true ? { fingerprints: fingerprints.get(settings.id) ?? [] } : {}),
    ...(sha1Keys?.has(settings.id) === true ? { sha1Keys: sha1Keys.get(settings.id) ?? [] } : {}),
    ...(digest === undefined ? {} : { metadata: digest }),
  };
}

function gatherPackage(plan: Plan, target: Target, entry: InstalledPackage, locked: FetchedPackage | undefined): EvidencePackage {
  if (locked === undefined) return entry;
  const url = packageUrl(plan, target, locked);
  return {
    ...entry,
    repository: locked.repository,
    why: locked.reason,
    rpm: { sha256: locked.sha256, size: locked.size, ...(url === undefined ? {} : { url }) },
  };
}

/** The address of a package, if its repository has one plain address. */
function packageUrl(plan: Plan, target: Target, { repository, location }: FetchedPackage): string | undefined {
  const settings = target.repositories.find((row) => row.settings.id === repository)?.settings;
  const [base] = settings?.baseurl ?? [];
  if (base === undefined || location === undefined || !/^https?:/.test(base)) return undefined;
  const expanded = expandVariables(base, repositoryVariables(plan, target));
  return expanded.includes('$') ? undefined : `${withoutCredentials(expanded).replace(/\/+$/, '')}/${location}`;
}
