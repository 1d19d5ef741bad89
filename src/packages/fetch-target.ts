import type { Digest } from '../digest.ts';
import type { Emit } from '../events.ts';
import { fallBack, type RepositoryChoice } from '../isa/repositories.ts';
import type { Repository } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { unreachableRepositories } from './dnf5/errors.ts';
import { dnfPaths } from './dnf5/paths.ts';
import { gatherKeys, type Fingerprints, type RepositoryKeys } from './keys.ts';
import { fetchLocked, type LockedSet } from './locked.ts';
import { readMetadataDigests } from './dnf5/repository-metadata.ts';
import { resolvePackages, type FetchedPackages } from './dnf5/resolve.ts';
import type { Plan, Target } from '../plan/types.ts';

/** Packages of one target at hand, not yet verified. */
export interface FetchedTarget {
  /** The target as it was resolved: without the repositories that had to be left out. */
  readonly target: Target;
  readonly keys: RepositoryKeys;
  readonly fingerprints: Fingerprints;
  /** Of the metadata that they were resolved from, by repository id; a lock needs none. */
  readonly metadata?: ReadonlyMap<string, Digest>;
  readonly fetched: FetchedPackages;
}

/**
 * Resolves and fetches a target. A repository of the level that cannot be reached is left out where the definition
 * allows it, and said; any other one fails, and so does any for a locked build.
 */
export async function fetchTarget(
  host: Host,
  plan: Plan,
  target: Target,
  locked: LockedSet | undefined,
  emit: Emit,
  detail: (text: string) => void,
): Promise<FetchedTarget> {
  const { files: keys, fingerprints } = await gatherKeys(host, plan, target, dnfPaths(host), locked);
  if (locked !== undefined) return { target, keys, fingerprints, fetched: await fetchLocked(host, plan, target, keys, locked, detail) };
  try {
    const fetched = await resolvePackages(host, plan, target, keys, {}, detail);
    for (const { reason } of fetched.lags) emit({ kind: 'notice', message: reason });
    return { target, keys, fingerprints, metadata: await readMetadataDigests(host, plan, target, dnfPaths(host)), fetched };
  } catch (error) {
    const unavailable = unreachableRepositories(error);
    if (unavailable.length === 0 || !target.fallBack) throw error;
    const rest = withoutRepositories(target, fallBack(asChoice(target), unavailable, { allowed: true }));
    if (rest.repositories.length === target.repositories.length) throw error;
    for (const { why, id } of rest.refused.slice(target.refused.length)) emit({ kind: 'notice', message: `${id}: ${why}` });
    return fetchTarget(host, plan, rest, undefined, emit, detail);
  }
}

const asChoice = (target: Target): RepositoryChoice<Repository> => ({
  chosen: target.repositories.map(({ settings, cost, why }) => ({ repository: settings, cost, reason: why })),
  refused: [],
  variables: { arch: target.arch, basearch: target.arch },
});

const withoutRepositories = (target: Target, choice: RepositoryChoice<Repository>): Target => ({
  ...target,
  repositories: choice.chosen.map(({ repository, cost, reason }) => ({ settings: repository, cost, why: reason })),
  refused: [...target.refused, ...choice.refused.map(({ repository, reason }) => ({ id: repository.id, why: reason }))],
});
