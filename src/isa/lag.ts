import { compareEvr, formatEvr, parseEvr } from '../evr.ts';
import {
  compareLevels,
  glibcLevel,
  levelOfRpmArchitecture,
  parseLevel,
  type Level,
  type RepositoryLevel,
} from './levels.ts';
import type { HardwareTarget } from './repositories.ts';

/** A build in a repository. */
export interface AvailablePackage {
  readonly name: string;
  /** `[EPOCH:]VERSION-RELEASE`. */
  readonly evr: string;
  /** The architecture of the RPM: `x86_64`, `x86_64_v3`, `noarch`. */
  readonly arch: string;
  readonly repoid: string;
  /** The level of the repository, if repositories and not labels define it. */
  readonly level?: RepositoryLevel | undefined;
}

/** A package whose build for the higher level is older than another build that the target can run. */
export interface Lag {
  readonly name: string;
  readonly newest: AvailablePackage;
  readonly newestLevel: Level;
  readonly lagging: AvailablePackage;
  readonly laggingLevel: Level;
  /** For the plan, as a sentence. */
  readonly reason: string;
}

/** Builds of one repository (NEVRA) that dnf5 must not see. */
export interface RepositoryExcludes {
  readonly repoid: string;
  readonly packages: readonly string[];
}

export interface LevelLag {
  /** Sorted by name. */
  readonly lags: readonly Lag[];
  /**
   * The builds to hide so that the newest version wins: libsolv compares the architecture before the version, so that
   * an older x86_64_v3 build beats a newer x86_64 one. Separate repositories need none.
   */
  readonly excludes: readonly RepositoryExcludes[];
}

/** Finds every package with a lagging build for the higher level, whether labels or repositories define levels. */
export const findLag = (available: readonly AvailablePackage[], target: HardwareTarget): LevelLag => {
  const runnable = available.filter((candidate) => canRun(candidate, target));
  const byName = Map.groupBy(runnable, ({ name }) => name);
  const names = [...byName.keys()].toSorted();
  const lags = names.flatMap((name) => lagsOf(byName.get(name) ?? []));
  return { lags, excludes: excludesOf(lags) };
};

const canRun = (candidate: AvailablePackage, { architecture, level }: HardwareTarget): boolean => {
  const needs = levelOf(candidate);
  if (candidate.arch === 'noarch') return compareLevels(needs, level) <= 0;
  if (architecture === 'aarch64') return candidate.arch === 'aarch64';
  return levelOfRpmArchitecture(candidate.arch) !== undefined && compareLevels(needs, level) <= 0;
};

// The higher of the two: a label in a repository of a level cannot need less than the repository.
const levelOf = ({ arch, level }: AvailablePackage): Level => {
  const label = levelOfRpmArchitecture(arch) ?? 'baseline';
  const stated = (level === undefined ? undefined : parseLevel(level)) ?? 'baseline';
  return compareLevels(label, stated) > 0 ? label : stated;
};

const lagsOf = (builds: readonly AvailablePackage[]): readonly Lag[] => {
  const newest = builds.reduce((best, build) => (isBetter(build, best) ? build : best));
  const newestLevel = levelOf(newest);
  const above = builds.filter(
    (build) => compareLevels(levelOf(build), newestLevel) > 0 && compareEvr(build.evr, newest.evr) < 0,
  );
  return above.map((lagging) => {
    const laggingLevel = levelOf(lagging);
    const reason = `${newest.name} ${asBuilt(newest)} is newer than ${asBuilt(lagging)}; the newer one is taken.`;
    return { name: newest.name, newest, newestLevel, lagging, laggingLevel, reason };
  });
};

const asBuilt = (build: AvailablePackage): string =>
  `${formatEvr(parseEvr(build.evr))} for ${glibcLevel(levelOf(build))}`;

const isBetter = (build: AvailablePackage, best: AvailablePackage): boolean => {
  const order = compareEvr(build.evr, best.evr);
  return order > 0 || (order === 0 && compareLevels(levelOf(build), levelOf(best)) > 0);
};

// Builds, not names: the v3 build that catches up later must not stay excluded.
const excludesOf = (lags: readonly Lag[]): readonly RepositoryExcludes[] => {
  const labelled = lags.filter(({ lagging, newest }) => isAheadByLabel(lagging, newest)).map(({ lagging }) => lagging);
  const byRepository = Map.groupBy(labelled, ({ repoid }) => repoid);
  return [...byRepository].map(([repoid, builds]) => ({ repoid, packages: builds.map(nevra) }));
};

const isAheadByLabel = (lagging: AvailablePackage, newest: AvailablePackage): boolean =>
  lagging.arch !== newest.arch && (levelOfRpmArchitecture(lagging.arch) ?? 'baseline') !== 'baseline';

const nevra = ({ name, evr, arch }: AvailablePackage): string => `${name}-${formatEvr(parseEvr(evr))}.${arch}`;
