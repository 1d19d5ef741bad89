import type { Digest } from '../digest.ts';
import type { Emit } from '../events.ts';
import { fallBack, type RepositoryChoice } from '../isa/repositories.ts';
import type { Repository } from '../definition/index.ts';
import { describeOlder, openDnfSession, resolvePackages, unreachableRepositories, type DnfSession, type FetchedPackages } from './dnf5/index.ts';
import { describeOddKeys } from './describe-keys.ts';
import { fetchLocked, type LockedSet } from './locked.ts';
import type { Target } from '../plan/types.ts';

/** Packages of one target at hand, not yet verified. */
export interface FetchedTarget {
  /** With the target as it was resolved: without the repositories that had to be left out. */
  readonly session: DnfSession;
  /** Of the metadata that they were resolved from, by repository id; a lock needs none. */
  readonly metadata?: ReadonlyMap<string, Digest>;
  readonly fetched: FetchedPackages;
}

/**
 * Resolves and fetches a target. A repository of the level that cannot be reached is left out where the definition
 * allows it, and said; any other one fails, and so does any for a locked build.
 */
export function fetchTarget(
  session: DnfSession, locked: LockedSet | undefined, emit: Emit, detail: (text: string) => void,
): Promise<FetchedTarget> {
  for (const message of describeOddKeys(session.found)) emit({ kind: 'notice', message });
  return fetchReachable(session, locked, emit, detail);
}

async function fetchReachable(
  session: DnfSession, locked: LockedSet | undefined, emit: Emit, detail: (text: string) => void,
): Promise<FetchedTarget> {
  const { host, plan, target } = session;
  if (locked !== undefined) return { session, fetched: await fetchLocked(session, locked, detail) };
  try {
    const fetched = await resolvePackages(session, {}, detail);
    for (const name of fetched.missing) emit({ kind: 'notice', message: `no repository has \`${name}\`, which \`ignore-missing\` passes over` });
    for (const { reason } of fetched.lags) emit({ kind: 'notice', message: reason });
    for (const { message } of describeOlder(fetched.metadata)) emit({ kind: 'notice', message });
    const metadata = new Map([...fetched.metadata].map(([id, { digest }]): [string, Digest] => [id, digest]));
    return { session, metadata, fetched };
  } catch (error) {
    const unavailable = unreachableRepositories(error);
    if (unavailable.length === 0 || !target.fallBack) throw error;
    const rest = withoutRepositories(target, fallBack(asChoice(target), unavailable, { allowed: true, baseline: plan.distribution.baseline }));
    if (rest.repositories.length === target.repositories.length) throw error;
    for (const { why, id } of rest.refused.slice(target.refused.length)) emit({ kind: 'notice', message: `${id}: ${why}` });
    return fetchReachable(await openDnfSession(host, plan, rest, { cache: session.cache }), undefined, emit, detail);
  }
}

type Choice = Pick<RepositoryChoice<Repository>, 'chosen' | 'refused'>;

const asChoice = (target: Target): Choice => ({
  chosen: target.repositories.map(({ settings, cost, why }) => ({ repository: settings, cost, reason: why })),
  refused: [],
});

const withoutRepositories = (target: Target, choice: Choice): Target => ({
  ...target,
  repositories: choice.chosen.map(({ repository, cost, reason }) => ({ settings: repository, cost, why: reason })),
  refused: [...target.refused, ...choice.refused.map(({ repository, reason }) => ({ id: repository.id, why: reason }))],
});
