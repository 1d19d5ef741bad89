import { formatDeviation } from '../definition/index.ts';
import type { ToolsOrigin } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import type { PackageReasons } from '../usecases/explain-packages.ts';
import type { LagReport } from '../usecases/find-lags.ts';
import { formatTable, indent, paragraphs } from './format.ts';
import type { Lines } from './printer.ts';
import { hasLevels } from '../isa/rows.ts';

/** A plan as text; `tools` is undefined where no tools are installed. */
export function describePlan(plan: Plan, { lags, unknown }: LagReport, tools: ToolsOrigin | undefined): Lines {
  const { packages } = plan;
  return paragraphs([
    [`${plan.image.name} ${plan.image.version} from ${plan.distribution.name}${plan.distribution.snapshot === undefined ? '' : `, state ${plan.distribution.snapshot}`}`],
    ...plan.targets.flatMap((target) => describeTarget(plan, target)),
    section('older for the level, so not taken', lags.map(({ reason }) => [reason])),
    section('not looked up', unknown.map(({ arch, level, reason }) => [`${arch} ${level}`, `lags unknown: ${reason}`])),
    section('packages asked for', packages.install.map((name) => [name])),
    ...Object.entries(plan.packagesByArch ?? {}).map(([arch, { install }]) => section(`packages asked for on ${arch}`, install.map((name) => [name]))),
    section('never', packages.exclude.map((name) => [name])),
    section('removed after installation', packages.removeAfterInstall.map((name) => [name])),
    section('settings', [
      ['weak dependencies', packages.weakDependencies ? 'yes' : 'no'],
      ['documentation', packages.docs ? 'yes' : 'no'],
      ['languages', packages.languages?.join(', ') ?? 'all'],
      ['package list', packages.database],
    ]),
    section('left to other machines', (plan.skippedArchitectures ?? []).map((arch) => [arch])),
    section('outputs', plan.outputs.map((output) => [output.format, `compression ${output.compression}`])),
    section('steps', plan.steps.map(({ title, tools: names }) => [title, names.join(', ')])),
    section('tools', [describeTools(tools)]),
    section('deviations', plan.deviations.map((deviation) => [formatDeviation(deviation)])),
    section('digest', [[plan.digest]]),
  ]);
}

const describeTools = (tools: ToolsOrigin | undefined): readonly string[] =>
  tools === undefined ? ['none yet', 'a build needs them: see `hew doctor`']
    : [tools.origin === 'host' ? "this machine's own" : 'tools tree', tools.root];

function describeTarget({ distribution }: Plan, target: Target): readonly Lines[] {
  const isBaseline = hasLevels(target.arch) && target.level === distribution.baseline;
  const level = `${target.level}${isBaseline ? ` (the baseline of ${distribution.name})` : target.fromHost ? ' (this machine’s)' : ''}`;
  const libraries = target.hwcaps === undefined ? [] : [`libraries up to ${target.hwcaps} below glibc-hwcaps`];
  return [
    section('target', [[target.arch, level, ...libraries]]),
    section('level model', hasLevels(target.arch) && distribution.levelModel !== 'repositories' ? [[LEVEL_MODELS[distribution.levelModel]]] : []),
    section('repositories', [
      ...target.repositories.map(({ settings, why }) => [settings.id, where(settings), why]),
      ...target.refused.map(({ id, why }) => [id, 'not used', why]),
    ]),
    ...(target.cannotRun === undefined ? [] : [section('cannot run', [[target.cannotRun.message]])]),
  ];
}

const LEVEL_MODELS = {
  labelled: 'packages of a level carry its label, in one repository',
  basearch: 'the level is the base architecture, in addresses and labels',
  hwcaps: 'sub-packages hold libraries below glibc-hwcaps',
} as const;

const where = ({ baseurl, metalink, mirrorlist }: Target['repositories'][number]['settings']): string =>
  baseurl[0] ?? metalink ?? mirrorlist ?? '';

const section = (title: string, rows: readonly (readonly string[])[]): Lines =>
  rows.length === 0 ? [] : [title, ...indent(formatTable(rows))];

/** Why each package is in the image. */
export const describeReasons = (reasons: readonly PackageReasons[]): Lines =>
  formatTable(
    reasons.map(({ name, evr, arch, repository, reason, neededBy }) => [
      `${name}-${evr}.${arch}`,
      repository,
      reason,
      neededBy.length === 0 ? '' : `needed by ${neededBy.join(', ')}`,
    ]),
  );
