import { HewError, type Problem } from '../errors.ts';
import {
  compareLevels,
  glibcLevel,
  levels,
  parseLevel,
  rpmArchitecture,
  type Level,
  type RepositoryLevel,
} from './levels.ts';

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
  readonly architecture: 'x86_64' | 'aarch64';
  readonly level: Level;
}

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
  /** dnf variables of the target; an image keeps them in `/etc/dnf/vars` where `arch` differs from `basearch`. */
  readonly variables: { readonly arch: string; readonly basearch: string };
}

/**
 * Decides which repositories a target may use. The newest version always wins; between equal versions the higher
 * level does, by `cost`. Never by `priority`, which hides the newer package of the other repository: a security fix
 * that is only in baseline would be lost.
 *
 * With `packageArchLabels` one repository holds RPMs of architecture x86_64_v3 beside x86_64: dnf5 then has to be
 * told that architecture, and `$basearch` in addresses has to stay x86_64.
 */
export const chooseRepositories = <R extends LevelledRepository>(
  repositories: readonly R[],
  target: HardwareTarget,
  { packageArchLabels = false }: { readonly packageArchLabels?: boolean | undefined } = {},
): RepositoryChoice<R> => {
  const judged = repositories.map((repository) => ({ repository, ...judge(repository, target) }));
  const basearch = target.architecture;
  const labelled = packageArchLabels && basearch === 'x86_64';
  return {
    chosen: judged
      .filter(({ refused }) => !refused)
      .map(({ repository, reason }) => ({ repository, cost: costOf(repository), reason })),
    refused: judged.filter(({ refused }) => refused).map(({ repository, reason }) => ({ repository, reason })),
    variables: { arch: labelled ? rpmArchitecture(target.level) : basearch, basearch },
  };
};

const judge = (
  { level: written }: LevelledRepository,
  { architecture, level }: HardwareTarget,
): { readonly refused: boolean; readonly reason: string } => {
  const needs = written === undefined ? undefined : parseLevel(written);
  if (needs === undefined) return { refused: false, reason: 'It states no level, so its packages run on any target.' };
  if (needs === 'baseline') return { refused: false, reason: 'Its packages run on every target.' };
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
  cost * 10 - levels.indexOf((level === undefined ? undefined : parseLevel(level)) ?? 'baseline');

/**
 * The arguments by which dnf5 takes packages of the target's label: empty where the architecture has no label.
 * dnf5's own `--forcearch` refuses x86_64_v3, and without `basearch` it leaves `$basearch` unexpanded.
 */
export const architectureArguments = ({ variables }: Pick<RepositoryChoice<never>, 'variables'>): readonly string[] =>
  variables.arch === variables.basearch
    ? []
    : [`--setvar=arch=${variables.arch}`, `--setvar=basearch=${variables.basearch}`];

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
  choice: RepositoryChoice<R>,
  unavailable: readonly UnavailableRepository[],
  { allowed }: { readonly allowed: boolean },
): RepositoryChoice<R> => {
  const lost = choice.chosen.flatMap(({ repository }) => {
    const found = unavailable.find(({ id }) => id === repository.id);
    return found === undefined ? [] : [{ repository, why: found.reason }];
  });
  const problems = lost.filter(({ repository }) => !allowed || !aboveBaseline(repository)).map(unreachable);
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

const aboveBaseline = ({ level }: LevelledRepository): boolean => level !== undefined && level !== 'v1';

const unreachable = ({ repository, why }: { repository: LevelledRepository; why: string }): Problem => ({
  code: 'repository-unreachable',
  message: `repository ${repository.id} could not be reached: ${why}`,
  hint: aboveBaseline(repository)
    ? 'Try again later, or let the definition fall back to the baseline.'
    : 'Check the address and the network; nothing can stand in for this repository.',
});
