import { digestOfValue } from '../digest.ts';
import type { Plan } from '../plan/types.ts';
import type { LockFile } from './lock-file.ts';
import { lockRequest, requestDigest, type LockedRepository, type LockRequest } from './lock-request.ts';

/** `all`: the plan is the whole definition. `some`: it may ask for fewer targets than the lock holds (`--level`). */
export type LockScope = 'all' | 'some';

/** Why a lock does not answer what a plan asks for, a sentence each; empty when it does. */
export function staleReasons(lock: LockFile, plan: Plan, scope: LockScope = 'some'): readonly string[] {
  const [was, now] = [lock.request, lockRequest(plan)];
  return [
    ...(requestDigest(was) === lock.definition
      ? []
      : ['the lock was merged or edited by hand: its `definition` is not the digest of what it says was asked for']),
    ...plainReasons(was, now),
    ...LISTS.flatMap(([key, noun]) => listReasons(noun, was[key], now[key])),
    ...targetReasons(was, now, scope),
    ...repositoryReasons(was, now),
  ];
}

const PLAIN: readonly (readonly [Exclude<keyof LockRequest, 'repositories' | 'targets'>, string])[] = [
  ['distribution', 'the distribution'],
  ['releasever', 'the release of the distribution'],
  ['vars', 'the variables of the distribution'],
  ['weakDependencies', '`packages.weak-deps`'],
  ['multilib', '`packages.multilib`'],
  ['ignoreMissing', '`packages.ignore-missing`'],
];

const LISTS = [
  ['install', 'package'],
  ['exclude', 'exclusion'],
  ['local', 'local RPM'],
  ['modules', 'module'],
] as const;

const plainReasons = (was: LockRequest, now: LockRequest): readonly string[] =>
  PLAIN.flatMap(([key, noun]) =>
    same(was[key], now[key]) ? [] : [`${noun} was ${JSON.stringify(was[key])} and is ${JSON.stringify(now[key])}`],
  );

const listReasons = (noun: string, was: readonly string[], now: readonly string[]): readonly string[] => [
  ...now.filter((text) => !was.includes(text)).map((text) => `${noun} ${text} is asked for since`),
  ...was.filter((text) => !now.includes(text)).map((text) => `${noun} ${text} is asked for no more`),
];

function targetReasons(was: LockRequest, now: LockRequest, scope: LockScope): readonly string[] {
  const missing = now.targets.filter(({ name }) => !was.targets.some((row) => row.name === name));
  const gone = was.targets.filter(({ name }) => !now.targets.some((row) => row.name === name));
  const changed = now.targets.flatMap((target) => {
    const before = was.targets.find(({ name }) => name === target.name);
    if (before === undefined) return [];
    return [
      ...(same(before.vars, target.vars) ? [] : [`the variables of ${target.name} changed`]),
      ...(before.hwcaps === target.hwcaps ? [] : [`${target.name} had libraries up to ${before.hwcaps ?? 'no level'} below glibc-hwcaps, and has them up to ${target.hwcaps ?? 'no level'}`]),
      ...listReasons(`package of ${target.name}`, before.install ?? [], target.install ?? []),
      ...listReasons(`exclusion of ${target.name}`, before.exclude ?? [], target.exclude ?? []),
      ...(same(before.costs, target.costs) ? [] : [`${target.name} takes packages from other repositories or at other costs`]),
    ];
  });
  return [
    ...missing.map(({ name }) => `the lock does not hold ${name}`),
    ...(scope === 'all' ? gone.map(({ name }) => `the lock holds ${name}, which is asked for no more`) : []),
    ...changed,
  ];
}

/** Repositories that no planned target uses are another level's business; the targets' costs tell of added ones. */
const repositoryReasons = (was: LockRequest, now: LockRequest): readonly string[] =>
  now.repositories.flatMap((repository) => {
    const before = was.repositories.find(({ id }) => id === repository.id);
    if (before === undefined) return [`repository ${repository.id} is new`];
    return REPOSITORY_KEYS.filter((key) => !same(before[key], repository[key])).map(
      (key) => `\`${key}\` of repository ${repository.id} changed`,
    );
  });

const REPOSITORY_KEYS: readonly (keyof LockedRepository)[] = ['baseurl', 'metalink', 'mirrorlist', 'includepkgs', 'excludepkgs'];

const same = (a: unknown, b: unknown): boolean => digestOfValue([a]) === digestOfValue([b]);
