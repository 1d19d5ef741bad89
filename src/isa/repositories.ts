import { HewError, type Problem } from '../errors.ts';
import {
  compareLevels,
  glibcLevel,
  levels,
  rpmArchitecture,
  statedLevel,
  type Level,
  type RepositoryLevel,
} from './levels.ts';
import type { Architecture } from './rows.ts';

/** What the choice looks at in a repository; a definition's repository has more. */
export interface LevelledRepository {
  readonly id: string;
  /** The level that its packages were built for; absent means all of them run everywhere. */
  readonly level?: RepositoryLevel | undefined;
  /** dnf5's `cost`, 1000 where absent. */
  readonly cost?: number | undefined;
}

/** The processor that an image is made for. */
export interface HardwareTarget {
  readonly architecture: Architecture;
  readonly level: Level;
}

/** What a distribution says of levels. */
export interface DistributionLevels {
  /** What its plain x86_64 packages need. */
  readonly baseline: RepositoryLevel;
  /** How it ships levels above that: `level-model` of the definition's schema. */
  readonly model: 'repositories' | 'labelled' | 'basearch' | 'hwcaps';
}

/** Whether a target has packages besides those that every image of the distribution may have. */
export const isAboveBaseline = ({ architecture, level }: HardwareTarget, { baseline }: Pick<DistributionLevels, 'baseline'>): boolean =>
  architecture === 'x86_64' && compareLevels(level, statedLevel(baseline)) > 0;

export interface ChosenRepository<R extends LevelledRepository> {
  readonly repository: R;
  /** What dnf5 is told: the lower one wins between builds of the same version, and only then. */
  readonly cost: number;
  /** A sentence for the plan. */
  readonly reason: string;
}

export interface RefusedRepository<R extends LevelledRepository> {
  readonly repository: R;
  readonly reason: string;
}

export interface RepositoryChoice<R extends LevelledRepository> {
  readonly chosen: readonly ChosenRepository<R>[];
  readonly refused: readonly RefusedRepository<R>[];
  /** dnf variables of the target. */
  readonly variables: { readonly arch: string; readonly basearch: string };
  /** Whether an image has to keep them in `/etc/dnf/vars`, since its own dnf5 could take others. */
  readonly keepVariables: boolean;
}

/**
 * Decides which repositories a target may use. The newest version always wins; between equal versions the higher
 * level does, by `cost`. Never by `priority`, which hides the newer package of the other repository: a security fix
 * that is only in baseline would be lost.
 */
export const chooseRepositories = <R extends LevelledRepository>(
  repositories: readonly R[],
  target: HardwareTarget,
  levelsOf: DistributionLevels,
): RepositoryChoice<R> => {
  const judged = repositories.map((repository) => ({ repository, ...judge(repository, target, levelsOf) }));
  return {
    chosen: judged
      .filter(({ refused }) => !refused)
      .map(({ repository, reason }) => ({ repository, cost: costOf(repository), reason })),
    refused: judged.filter(({ refused }) => refused).map(({ repository, reason }) => ({ repository, reason })),
    variables: dnfVariables(target, levelsOf),
    keepVariables: target.architecture === 'x86_64' && (levelsOf.model === 'labelled' || levelsOf.model === 'basearch'),
  };
};

/**
 * Where packages are labelled, one repository holds RPMs of architecture x86_64_v3 beside x86_64: `arch` says which of
 * them dnf5 sees, and `$basearch` in addresses stays x86_64. A base architecture of its own is in both. A dnf5 that
 * detects the level of the machine it runs on would take that instead, so both are said for every target:
 * https://github.com/rpm-software-management/dnf5/pull/2591
 */
const dnfVariables = ({ architecture, level }: HardwareTarget, { baseline, model }: DistributionLevels): RepositoryChoice<never>['variables'] => {
  if (architecture === 'x86_64' && model === 'basearch') return { arch: rpmArchitecture(level), basearch: rpmArchitecture(level) };
  const isLabelled = model === 'labelled' && isAboveBaseline({ architecture, level }, { baseline });
  return { arch: isLabelled ? rpmArchitecture(level) : architecture, basearch: architecture };
};

const judge = (
  { level: written }: LevelledRepository,
  { architecture, level }: HardwareTarget,
  { baseline }: DistributionLevels,
): { readonly refused: boolean; readonly reason: string } => {
  const needs = written === undefined ? undefined : statedLevel(written);
  if (needs === undefined) return { refused: false, reason: 'It states no level, so its packages run on any target.' };
  if (needs === 'baseline' || (written === baseline && architecture !== 'x86_64')) return { refused: false, reason: 'Its packages run on every target.' };
  if (written === baseline) return { refused: false, reason: `Its packages need ${glibcLevel(needs)}, the baseline of the distribution.` };
  if (architecture !== 'x86_64') {
    return { refused: true, reason: `Its packages are for ${glibcLevel(needs)}, and the target is ${architecture}.` };
  }
  const built = `Its packages are built for ${glibcLevel(needs)}, and the target is ${glibcLevel(level)}`;
  return compareLevels(needs, level) <= 0
    ? { refused: false, reason: `${built}: between equal versions they are taken.` }
    : { refused: true, reason: `${built}, which could not run them.` };
};

// Ten times the written cost leaves room for the level below the last digit, so that a person's own order stays.
const costOf = ({ cost = 1000, level }: LevelledRepository): number =>
  cost * 10 - levels.indexOf(level === undefined ? 'baseline' : statedLevel(level));

/** A repository that could not be reached, and what dnf5 or curl said. */
export interface UnavailableRepository {
  readonly id: string;
  readonly reason: string;
}

/**
 * Goes on without repositories that could not be reached. That is only possible for those above the baseline, whose
 * packages exist in the baseline too, and only where the definition allows it; else throws `HewError` with all of them.
 */
export const fallBack = <R extends LevelledRepository>(
  choice: Pick<RepositoryChoice<R>, 'chosen' | 'refused'>,
  unavailable: readonly UnavailableRepository[],
  { allowed, baseline }: { readonly allowed: boolean; readonly baseline: RepositoryLevel },
): Pick<RepositoryChoice<R>, 'chosen' | 'refused'> => {
  const canGo = (repository: R): boolean => hasLevelAbove(repository, baseline);
  const lost = choice.chosen.flatMap(({ repository }) => {
    const found = unavailable.find(({ id }) => id === repository.id);
    return found === undefined ? [] : [{ repository, why: found.reason }];
  });
  const problems = lost.filter(({ repository }) => !allowed || !canGo(repository)).map((row) => unreachable(row, canGo(row.repository)));
  if (problems.length > 0) throw new HewError(problems);
  return {
    ...choice,
    chosen: choice.chosen.filter(({ repository }) => lost.every((gone) => gone.repository !== repository)),
    refused: [
      ...choice.refused,
      ...lost.map(({ repository, why }) => ({
        repository,
        reason: `It could not be reached (${why}); baseline packages are taken instead, as the definition allows.`,
      })),
    ],
  };
};

/** Whether packages of a repository need more than every image of the distribution may. */
export const hasLevelAbove = ({ level }: Pick<LevelledRepository, 'level'>, baseline: RepositoryLevel): boolean =>
  level !== undefined && compareLevels(statedLevel(level), statedLevel(baseline)) > 0;

const unreachable = ({ repository, why }: { repository: LevelledRepository; why: string }, canGo: boolean): Problem => ({
  code: 'repository-unreachable',
  message: `repository ${repository.id} could not be reached: ${why}`,
  hint: canGo
    ? 'Try again later, or let the definition fall back to the baseline.'
    : 'Check the address and the network; nothing can stand in for this repository.',
});
