import type { LoadedDefinition, RequestedLevel } from '../definition/index.ts';
import { DefinitionError, HewError, type Place, type Problem } from '../errors.ts';
import type { Detection } from '../isa/detect.ts';
import { builderProblem, hostLevel } from '../isa/builder.ts';
import { compareLevels, glibcLevel, repositoryLevel, statedLevel, type Level } from '../isa/levels.ts';
import { hasLevels } from '../isa/rows.ts';
import { emulationFor } from '../isa/qemu-models.ts';
import { chooseRepositories, type HardwareTarget } from '../isa/repositories.ts';
import type { Target } from './types.ts';

/** What the plan needs to know about the machine that builds. */
export interface BuilderFacts {
  readonly architecture: Detection['architecture'];
  /** Called only when the definition needs it: detection takes time. */
  readonly detection?: Detection | undefined;
  /** Whether to emulate what this machine cannot run. */
  readonly emulate?: boolean | undefined;
  /** Whether to plan targets of architectures that other machines build, as a lock needs. */
  readonly everyArchitecture?: boolean | undefined;
}

/**
 * The machines that the image is for, one per level and architecture. Throws when a level does not exist for an
 * architecture.
 */
export function planTargets(loaded: LoadedDefinition, builder: BuilderFacts): readonly Target[] {
  const { hardware } = loaded.definition;
  const asked = typeof hardware.level === 'string' ? [hardware.level] : hardware.level;
  const place = loaded.places['hardware.level'] ?? { file: loaded.file };
  return targetArchitectures(loaded, builder).planned.flatMap((arch) => {
    // Only some architectures have levels; if there are several, the others have their baseline.
    const levels = !hasLevels(arch) && [hardware.arch ?? []].flat().some(hasLevels) ? ['baseline' as const] : asked;
    const targets = levels.map((level) => planTarget(loaded, builder, arch, level, place));
    // One image serves several levels where the higher ones are libraries that ld.so chooses: the one with most of them.
    const serving = targets.filter((target) => targets.every(({ level, hwcaps }) => level !== target.level || compareHwcaps(hwcaps, target.hwcaps) <= 0));
    return serving.filter((target, index) => serving.findIndex(({ level }) => level === target.level) === index);
  });
}

export interface TargetArchitectures {
  readonly planned: readonly [Target['arch'], ...Target['arch'][]];
  /** Requested too, and built on other machines. */
  readonly skippedArchitectures: readonly Target['arch'][];
}

/**
 * The architectures of the targets: those of the definition, otherwise the builder's. Of several, a builder takes its
 * own. Throws if the distribution lacks one.
 */
export function targetArchitectures({ definition, distribution }: LoadedDefinition, builder: BuilderFacts): TargetArchitectures {
  const asked = [definition.hardware.arch ?? builder.architecture].flat().map((arch): Target['arch'] => {
    if (arch !== 'other' && distribution.arches.includes(arch)) return arch;
    throw new HewError({
      code: 'architecture',
      message: `${distribution.name} does not exist for ${arch === 'other' ? "this machine's processor" : arch}`,
      hint: `name the architecture of the target in [hardware] arch: ${distribution.arches.join(' or ')}`,
    }, { exitCode: 2 });
  });
  const own = asked.find((arch) => arch === builder.architecture);
  if (own !== undefined && builder.everyArchitecture !== true) return { planned: [own], skippedArchitectures: asked.filter((arch) => arch !== own) };
  const [first, ...rest] = asked;
  if (first === undefined) throw new TypeError('a definition without an architecture passed the schema');
  return { planned: [first, ...rest], skippedArchitectures: [] };
}

const compareHwcaps = (a: Level | undefined, b: Level | undefined): number => compareLevels(a ?? 'baseline', b ?? 'baseline');

function planTarget(loaded: LoadedDefinition, builder: BuilderFacts, arch: Target['arch'], asked: RequestedLevel, place: Place): Target {
  const { distribution } = loaded;
  const baseline = statedLevel(distribution.baseline);
  const wanted = asked === 'host' ? levelOfHost(builder, place) : asked === 'baseline' && hasLevels(arch) ? baseline : asked;
  if (!hasLevels(arch) && wanted !== 'baseline') {
    throw new DefinitionError({
      code: 'level-without-meaning',
      message: `${arch} has no microarchitecture level ${wanted}`,
      place,
      hint: 'levels exist for x86_64; leave the level out',
    });
  }
  if (hasLevels(arch)) refuseLevelElsewhere(distribution, wanted, asked, place);
  const model = distribution['level-model'];
  // Such libraries are only taken by processors that can run them, so the image itself stays as it is for the baseline.
  const level = model === 'hwcaps' && hasLevels(arch) ? baseline : wanted;
  const offered = loaded.repositories.filter(({ arches }) => arches === undefined || arches.includes(arch));
  const choice = chooseRepositories(offered, { architecture: arch, level }, { baseline: distribution.baseline, model });
  return {
    arch,
    level,
    ...(level === wanted ? {} : { hwcaps: wanted }),
    fromHost: asked === 'host',
    repositories: choice.chosen.map(({ repository, cost, reason }) => ({ settings: repository, cost, why: reason })),
    refused: [
      ...choice.refused.map(({ repository, reason }) => ({ id: repository.id, why: reason })),
      ...loaded.repositories.filter((one) => !offered.includes(one)).map(({ id }) => ({ id, why: `It has no packages for ${arch}.` })),
      ...loaded.unusedRepositories,
    ],
    vars: choice.keepVariables ? choice.variables : {},
    fallBack: loaded.definition.hardware['missing-level'] === 'baseline',
    ...runnable({ architecture: arch, level }, builder),
  };
}

/** Throws `DefinitionError` where a distribution has no packages of a level: it needs more, or another file has them. */
function refuseLevelElsewhere(distribution: LoadedDefinition['distribution'], level: Level, asked: RequestedLevel, place: Place): void {
  const { name, baseline, 'other-levels': elsewhere } = distribution;
  const other = elsewhere[repositoryLevel(level)];
  const isBelow = compareLevels(level, statedLevel(baseline)) < 0;
  if (other === undefined && !isBelow) return;
  const own = `its x86_64 means ${glibcLevel(statedLevel(baseline))}`;
  throw new DefinitionError({
    code: isBelow ? 'level-below-baseline' : 'level-elsewhere',
    message: `${name} has no packages for ${glibcLevel(level)}${asked === 'host' ? ', the level of this machine' : ''}: ${own}`,
    place,
    hint: `${other === undefined ? '' : `choose distro = "${other}", which has them, or `}take level = "baseline" (${baseline})`,
  });
}

/** Nothing where this machine runs the target, else how it is emulated, if that was asked for, or what stands against it. */
function runnable(target: HardwareTarget, builder: BuilderFacts): Pick<Target, 'cannotRun' | 'emulate'> {
  const cannotRun = findProblem(target.architecture, target.level, builder);
  if (cannotRun === undefined) return {};
  if (builder.emulate !== true) return { cannotRun };
  const { model, problem } = emulationFor(target);
  return problem === undefined ? { emulate: model } : { cannotRun: problem };
}

/** Why this machine could not run what it installs. It always runs the baseline of its own architecture. */
function findProblem(arch: Target['arch'], level: Level, builder: BuilderFacts): Problem | undefined {
  if (arch === builder.architecture && level === 'baseline') return undefined;
  const nothingKnown = { model: '', platform: '', level: undefined, flags: [], secondOpinion: undefined, notes: [] };
  const detection = builder.detection ?? { ...nothingKnown, architecture: builder.architecture };
  return builderProblem(detection, { architecture: arch, level });
}

function levelOfHost({ detection }: BuilderFacts, place: Place): Level {
  const level = detection === undefined ? undefined : hostLevel(detection);
  if (level !== undefined) return level;
  throw new DefinitionError({
    code: 'host-level-unknown',
    message: `the level of this machine is unknown. ${detection?.notes.join(' ') ?? ''}`.trim(),
    place,
    hint: 'name the level of the machines that the image is for: baseline, v2, v3 or v4',
  });
}
