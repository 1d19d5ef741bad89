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

/** What the choice needs of a repository; a definition's repository has more. */
export interface LevelledRepository {
  readonly id: string;
  /** The level of its packages; if absent, they run on every processor. */
  readonly level?: RepositoryLevel | undefined;
  /** dnf5's `cost`; 1000 if absent. */
  readonly cost?: number | undefined;
}

/** The target processor of an image. */
export interface HardwareTarget {
  readonly architecture: Architecture;
  readonly level: Level;
}

/** The levels of a distribution. */
export interface DistributionLevels {
  /** The level of its plain x86_64 packages. */
  readonly baseline: RepositoryLevel;
  /** How it publishes higher levels: `level-model` in the schema of distributions. */
  readonly model: 'repositories' | 'labelled' | 'basearch' | 'hwcaps';
}

/** Whether a target has packages besides those of every image of the distribution. */
export const isAboveBaseline = ({ architecture, level }: HardwareTarget, { baseline }: Pick<DistributionLevels, 'baseline'>): boolean =>
  architecture === 'x86_64' && compareLevels(level, statedLevel(baseline)) > 0;

export interface ChosenRepository<R extends LevelledRepository> {
  readonly repository: R;
  /** For dnf5, which prefers the lower cost between builds of the same version, and only then. */
  readonly cost: number;
  /** For the plan, as a sentence. */
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
  /** Whether the image needs them in `/etc/dnf/vars`, because its own dnf5 might use other values. */
  readonly keepVariables: boolean;
}

/**
 * Decides which repositories a target uses. The newest version always wins; between equal versions the higher level
 * wins, by `cost`. `priority` must not be used: it hides the newer package of the other repository, so that a security
 * fix that exists only in the baseline would be lost.
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
 * With the model `labelled`, one repository holds RPMs for x86_64_v3 and x86_64: `arch` decides which of them dnf5
 * sees, and `$basearch` in addresses stays x86_64. With `basearch`, the level is in both variables. dnf5 can detect the
 * level of the machine that it runs on and would use that, so both variables are set for every target:
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
    ? { refused: false, reason: `${built}: between equal versions they win.` }
    : { refused: true, reason: `${built}, which could not run them.` };
};

// Ten times the definition's cost leaves the last digit for the level, so that the definition's own order stays.
const costOf = ({ cost = 1000, level }: LevelledRepository): number =>
  cost * 10 - levels.indexOf(level === undefined ? 'baseline' : statedLevel(level));

/** An unreachable repository, and the message of dnf5 or curl. */
export interface UnavailableRepository {
  readonly id: string;
  readonly reason: string;
}

/**
 * Continues without unreachable repositories. Only repositories above the baseline can be left out, because their
 * packages exist in the baseline too, and only if the definition allows it. Otherwise throws `HewError` with all of
 * them.
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
        reason: `It could not be reached (${why}); baseline packages are used instead, as the definition allows.`,
      })),
    ],
  };
};

/** Whether the packages of a repository need a higher level than every image of the distribution. */
export const hasLevelAbove = ({ level }: Pick<LevelledRepository, 'level'>, baseline: RepositoryLevel): boolean =>
  level !== undefined && compareLevels(statedLevel(level), statedLevel(baseline)) > 0;

const unreachable = ({ repository, why }: { repository: LevelledRepository; why: string }, canGo: boolean): Problem => ({
  code: 'repository-unreachable',
  message: `repository ${repository.id} could not be reached: ${why}`,
  hint: canGo
    ? 'Try again later, or let the definition fall back to the baseline.'
    : 'Check the address and the network; nothing can stand in for this repository.',
});
