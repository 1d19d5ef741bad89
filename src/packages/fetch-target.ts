import type { Digest } from '../digest.ts';
import type { Emit } from '../events.ts';
import { fallBack, type RepositoryChoice } from '../isa/repositories.ts';
import type { Repository } from '../definition/index.ts';
import {
  choosePackages, describeOlder, openDnfSession, pinChosen, resolvePackages, unreachableRepositories,
  type DnfSession, type FetchedPackages, type RepositoryState, type Resolution,
} from './dnf5/index.ts';
import { describeOddKeys } from './describe-keys.ts';
import { fetchLocked, type LockedSet } from './locked.ts';
import type { ResolvedTarget } from './lock-file.ts';
import type { ChosenPackage } from './lock.ts';
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
export async function fetchTarget(
  session: DnfSession, locked: LockedSet | undefined, emit: Emit, detail: (text: string) => void,
): Promise<FetchedTarget> {
  if (locked !== undefined) {
    tellOddKeys(session, emit);
    return { session, fetched: await fetchLocked(session, locked, detail) };
  }
  const { resolved, session: reached } = await resolveReachable(session, (one) => resolvePackages(one, {}, detail), emit);
  return { session: reached, metadata: digestsOf(resolved.metadata), fetched: resolved };
}

/** Resolves and pins a target by metadata, and fetches nothing else. Repositories that cannot be reached count as in `fetchTarget`. */
export async function pinTarget(session: DnfSession, emit: Emit, detail: (text: string) => void): Promise<ResolvedTarget> {
  const { resolved, session: reached } = await resolveReachable(session, (one) => choosePackages(one, {}, detail), emit);
  const { target, fingerprints } = reached;
  return { target, fingerprints, packages: await pinChosen(reached, resolved) };
}

type Told = Pick<Resolution<ChosenPackage>, 'missing' | 'lags' | 'metadata'>;

interface Reached<T> {
  readonly resolved: T;
  /** Of the repositories that could be reached. */
  readonly session: DnfSession;
}

async function resolveReachable<T extends Told>(session: DnfSession, resolve: (session: DnfSession) => Promise<T>, emit: Emit): Promise<Reached<T>> {
  tellOddKeys(session, emit);
  return resolveRest(session, resolve, emit);
}

function tellOddKeys({ found }: DnfSession, emit: Emit): void {
  for (const message of describeOddKeys(found)) emit({ kind: 'notice', message });
}

async function resolveRest<T extends Told>(session: DnfSession, resolve: (session: DnfSession) => Promise<T>, emit: Emit): Promise<Reached<T>> {
  const { host, plan, target } = session;
  try {
    const resolved = await resolve(session);
    for (const name of resolved.missing) emit({ kind: 'notice', message: `no repository has \`${name}\`, which \`ignore-missing\` passes over` });
    for (const { reason } of resolved.lags) emit({ kind: 'notice', message: reason });
    for (const { message } of describeOlder(resolved.metadata)) emit({ kind: 'notice', message });
    return { session, resolved };
  } catch (error) {
    const unavailable = unreachableRepositories(error);
    if (unavailable.length === 0 || !target.fallBack) throw error;
    const rest = withoutRepositories(target, fallBack(asChoice(target), unavailable, { allowed: true, baseline: plan.distribution.baseline }));
    if (rest.repositories.length === target.repositories.length) throw error;
    for (const { why, id } of rest.refused.slice(target.refused.length)) emit({ kind: 'notice', message: `${id}: ${why}` });
    return resolveRest(await openDnfSession(host, plan, rest, { cache: session.cache }), resolve, emit);
  }
}

const digestsOf = (metadata: ReadonlyMap<string, RepositoryState>): ReadonlyMap<string, Digest> =>
  new Map([...metadata].map(([id, { digest }]): [string, Digest] => [id, digest]));

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
