import { LOCK_ENDING } from '../definition/index.ts';
import { compareEvr } from '../evr.ts';
import type { Plan, Target } from '../plan/types.ts';
import { digestOfValue, type Digest } from '../digest.ts';
import { HewError } from '../errors.ts';
import { lockRequest, requestDigest, targetName, type LockRequest, type TargetName } from './lock-request.ts';
import type { LockedPackage, PinnedPackage } from './lock.ts';
import type { Fingerprints, KeyTexts } from './keys.ts';
import { formatNevra, type Nevra } from './nevra.ts';

/** `IMAGE.lock.yaml` as a value: all levels and architectures of one definition. */
export interface LockFile {
  /** What was resolved. */
  readonly request: LockRequest;
  /** Digest of the request as the file states it. A different one means that the file was merged or edited by hand. */
  readonly definition: Digest;
  /** Fingerprints of the keys that each repository had, by its id. */
  readonly keys: Fingerprints;
  /** The keys themselves, where they were asked for. */
  readonly keyTexts?: KeyTexts;
  /** Sorted by architecture, name and EVR. */
  readonly packages: readonly LockFilePackage[];
}

export interface LockFilePackage extends PinnedPackage {
  /** The targets that it is installed for, sorted. */
  readonly targets: readonly TargetName[];
}

/** Where the lock of a definition lies: `images/web.toml` has `images/web.lock.yaml`. */
export const lockPath = (definition: string): string => definition.replace(/(?<=[^/])\.(?:toml|ya?ml|ks)$/i, '') + LOCK_ENDING;

/** What was resolved for one target. */
export interface ResolvedTarget {
  readonly target: Pick<Target, 'arch' | 'level'>;
  readonly packages: readonly PinnedPackage[];
  readonly fingerprints?: Fingerprints;
}

/** Puts what was resolved for each target of a plan into one lock. */
export function makeLockFile(
  plan: Plan,
  resolved: readonly ResolvedTarget[],
): LockFile {
  const rows = new Map<string, LockFilePackage>();
  for (const { target, packages } of resolved) {
    for (const entry of packages) {
      const { reason: _reason, advisories = [], ...identity } = entry;
      const key = digestOfValue(identity);
      const known = rows.get(key);
      const ids = [...new Set([...(known?.advisories ?? []), ...advisories])].sort();
      rows.set(key, {
        ...entry,
        // "Requested" on any target wins: the reason only affects autoremove.
        reason: known !== undefined && entry.reason !== 'asked' ? known.reason : entry.reason,
        ...(ids.length === 0 ? {} : { advisories: ids }),
        targets: [...(known?.targets ?? []), targetName(target)],
      });
    }
  }
  const request = lockRequest(plan);
  return sortLock({ request, definition: requestDigest(request), keys: joinKeys(resolved), packages: [...rows.values()] });
}

/** A repository may have other keys for another architecture: `$basearch` in the address of a key. */
function joinKeys(resolved: readonly ResolvedTarget[]): Fingerprints {
  const keys = new Map<string, readonly string[]>();
  for (const { fingerprints } of resolved) {
    for (const [id, list] of fingerprints ?? []) keys.set(id, [...new Set([...(keys.get(id) ?? []), ...list])].sort());
  }
  return keys;
}

/**
 * What is installed for one target. Throws `HewError` when the lock does not hold that target.
 * `file` is where dnf5 puts the package in a stored transaction.
 */
export function lockedPackages(lock: LockFile, target: Pick<Target, 'arch' | 'level'>): readonly LockedPackage[] {
  const name = targetName(target);
  if (!lock.request.targets.some((row) => row.name === name)) {
    throw new HewError({
      code: 'lock-stale',
      message: `the lock does not hold ${target.arch} ${target.level}`,
      hint: 'run `hew lock IMAGE`, with every level that it is to hold',
    });
  }
  return lock.packages
    .filter(({ targets }) => targets.includes(name))
    .map(({ targets: _targets, ...entry }) => ({ ...entry, file: `packages/${rpmFileName(entry)}` }));
}

/** One form for equal locks. */
export const sortLock = (lock: LockFile): LockFile => ({
  ...lock,
  packages: lock.packages.map((entry) => ({ ...entry, targets: [...entry.targets].sort() })).sort(comparePackages),
});

/** `bash-5.3-2.x86_64.rpm`: the epoch is no part of a file name. */
export const rpmFileName = ({ name, evr, arch }: Nevra): string =>
  `${formatNevra({ name, evr: evr.replace(/^\d+:/, ''), arch })}.rpm`;

const comparePackages = (a: LockFilePackage, b: LockFilePackage): number =>
  compareText(a.arch, b.arch) ||
  compareText(a.name, b.name) ||
  compareEvr(a.evr, b.evr) ||
  compareText(a.evr, b.evr) ||
  compareText(a.repository, b.repository) ||
  compareText(a.checksum, b.checksum) ||
  compareText(a.targets.join(), b.targets.join());

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
