import { posix } from 'node:path';

import { digestOfValue, type Digest } from '../digest.ts';
import type { Level } from '../isa/levels.ts';
import type { Plan, PlannedRepository, Target } from '../plan/types.ts';
import { withoutCredentials } from '../redact.ts';

/** A level of an architecture in one word: `x86_64-baseline`, `x86_64-v3`. */
export type TargetName = `${Target['arch']}-${Level}`;

/** Everything of a definition and its distribution that decides which packages are chosen, and nothing else. */
export interface LockRequest {
  readonly distribution: string;
  readonly releasever: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly install: readonly string[];
  readonly exclude: readonly string[];
  /** File names of local RPMs. */
  readonly local: readonly string[];
  readonly modules: readonly string[];
  readonly weakDependencies: boolean;
  readonly multilib: boolean;
  readonly ignoreMissing: boolean;
  readonly repositories: readonly LockedRepository[];
  readonly targets: readonly LockedTarget[];
}

/** Where packages came from. URLs as the definition writes them, without user names and passwords. */
export interface LockedRepository {
  readonly id: string;
  readonly baseurl: readonly string[];
  readonly metalink?: string;
  readonly mirrorlist?: string;
  readonly includepkgs?: readonly string[];
  readonly excludepkgs?: readonly string[];
}

export interface LockedTarget {
  readonly name: TargetName;
  readonly vars: Readonly<Record<string, string>>;
  /** Up to which level it has libraries below glibc-hwcaps. */
  readonly hwcaps?: Level;
  /** Requested for its architecture alone, if names differ. */
  readonly install?: readonly string[];
  readonly exclude?: readonly string[];
  /** dnf5's `cost` by the id of each repository that this target takes packages from. */
  readonly costs: Readonly<Record<string, number>>;
}

export const targetName = ({ arch, level }: Pick<Target, 'arch' | 'level'>): TargetName => `${arch}-${level}`;

/** What a plan asks dnf5 to resolve. Holds no path of this machine. */
export function lockRequest(plan: Plan): LockRequest {
  const { distribution, packages, targets } = plan;
  return sortRequest({
    distribution: distribution.id,
    releasever: distribution.releasever,
    vars: distribution.vars,
    install: packages.install,
    exclude: packages.exclude,
    local: packages.local.map((path) => posix.basename(path)),
    modules: packages.modules,
    weakDependencies: packages.weakDependencies,
    multilib: packages.multilib,
    ignoreMissing: packages.ignoreMissing,
    repositories: targets.flatMap(({ repositories }) => repositories.map(lockRepository)),
    targets: targets.map((target) => lockTarget(plan, target)),
  });
}

function lockTarget({ packagesByArch }: Plan, target: Target): LockedTarget {
  const { install = [], exclude = [] } = packagesByArch?.[target.arch] ?? {};
  return {
    name: targetName(target),
    vars: target.vars,
    ...(target.hwcaps === undefined ? {} : { hwcaps: target.hwcaps }),
    ...(install.length === 0 ? {} : { install }),
    ...(exclude.length === 0 ? {} : { exclude }),
    costs: Object.fromEntries(target.repositories.map(({ settings, cost }) => [settings.id, cost])),
  };
}

/** The digest of the part of a definition that decides about packages. */
export const requestDigest = (request: LockRequest): Digest => digestOfValue(sortRequest(request));

/** One form for equal requests: lists sorted, each thing once. */
export const sortRequest = (request: LockRequest): LockRequest => ({
  ...request,
  install: sortTexts(request.install),
  exclude: sortTexts(request.exclude),
  local: sortTexts(request.local),
  modules: sortTexts(request.modules),
  repositories: sortBy(request.repositories, ({ id }) => id),
  targets: sortBy(request.targets, ({ name }) => name),
});

const lockRepository = ({ settings }: PlannedRepository): LockedRepository => ({
  id: settings.id,
  baseurl: settings.baseurl.map(withoutCredentials),
  ...(settings.metalink === undefined ? {} : { metalink: withoutCredentials(settings.metalink) }),
  ...(settings.mirrorlist === undefined ? {} : { mirrorlist: withoutCredentials(settings.mirrorlist) }),
  ...(settings.includepkgs === undefined ? {} : { includepkgs: settings.includepkgs }),
  ...(settings.excludepkgs === undefined ? {} : { excludepkgs: settings.excludepkgs }),
});

const sortTexts = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const sortBy = <T>(rows: readonly T[], keyOf: (row: T) => string): readonly T[] =>
  [...new Map(rows.map((row) => [keyOf(row), row])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
