import { posix } from 'node:path';

import { stages, type Emit, type Stage } from '../events.ts';
import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/installed.ts';
import { dnfPaths } from '../packages/resolve.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Artifact } from '../container/artifacts.ts';
import type { Plan, StepId, Target } from '../plan/types.ts';
import { makeRoot, type RunStep } from '../rootfs/make-root.ts';
import { auditRoot, type AuditSummary } from './audit-root.ts';
import { fetchTarget } from './fetch.ts';
import { findLayers, keepLayers, packLayers, type BuiltTarget } from './layers.ts';
import { openPublication } from './publish.ts';
import { writeOutputs } from './write-outputs.ts';

export interface BuildOptions {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** Whether layers of earlier builds may be used, and kept for later ones. */
  readonly cache: boolean;
  /** Absolute path of a folder that receives the root, if it is wanted. */
  readonly keepRoot?: string | undefined;
}

/** What a build made: the value that `hew build --json` prints. */
export interface BuildResult {
  readonly image: string;
  readonly version: string;
  /** `v3`, or `baseline+v3` where several levels were asked for. */
  readonly level: string;
  readonly packages: readonly (InstalledPackage & { readonly level: string })[];
  readonly artifacts: readonly (Artifact & { readonly path: string })[];
  readonly evidence: readonly string[];
  readonly audit: readonly AuditSummary[];
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Builds every target of a plan and publishes the artifacts together. */
export async function buildImage(host: Host, plan: Plan, options: BuildOptions, emit: Emit): Promise<BuildResult> {
  refuseObstacles(plan);
  const timings = new Map<string, number>();
  emit({ kind: 'planned', title: titleOf(plan), stages: plannedStages(plan) });
  const staged = stages(() => host.clock.seconds(), emit, timings);
  const stepFor = (target?: Target): RunStep => (id, work) => staged(stageOf(plan, id, target), work);
  const publication = await openPublication(host, options.output);
  try {
    const built: BuiltTarget[] = [];
    for (const target of plan.targets) built.push(await buildTarget(host, plan, target, options, stepFor(target), emit));
    const artifacts = await stepFor()('publish', async () => {
      const written = await writeOutputs(host, plan, built, publication.folder);
      await publication.publish(written.map(({ name }) => name));
      return written;
    });
    return {
      image: plan.image.name,
      version: plan.image.version,
      level: built.map(({ target }) => target.level).join('+'),
      packages: built.flatMap(({ packages, target }) => packages.map((entry) => ({ ...entry, level: target.level }))),
      artifacts: artifacts.map((artifact) => ({ ...artifact, path: posix.join(options.output, artifact.name) })),
      evidence: [],
      audit: built.map(({ audit }) => audit),
      timings: Object.fromEntries(timings),
    };
  } finally {
    await publication.abandon();
  }
}

const titleOf = ({ image, distribution, targets }: Plan): string =>
  `${image.name} ${image.version}, ${distribution.name}, ${targets.map(({ arch, level }) => `${arch} ${level}`).join(' and ')}`;

/** Steps as they are shown: those of a target once for each, the last one once. */
const plannedStages = (plan: Plan): readonly Stage[] => [
  ...plan.targets.flatMap((target) =>
    plan.steps.filter(({ id }) => id !== 'publish').map(({ id }) => stageOf(plan, id, target)),
  ),
  stageOf(plan, 'publish'),
];

function stageOf(plan: Plan, id: StepId, target?: Target): Stage {
  const title = plan.steps.find((step) => step.id === id)?.title ?? id;
  const isOneOfMany = target !== undefined && plan.targets.length > 1;
  return isOneOfMany ? { id: `${id} ${target.level}`, title: `${title} (${target.level})` } : { id, title };
}

/** Scriptlets of a root run here: a level that this machine lacks is refused before anything is downloaded. */
function refuseObstacles(plan: Plan): void {
  const problems = plan.targets.flatMap(({ obstacle }) => (obstacle === undefined ? [] : [obstacle]));
  if (problems.length > 0) throw new HewError(problems);
}

async function buildTarget(
  host: Host,
  plan: Plan,
  asked: Target,
  options: BuildOptions,
  step: RunStep,
  emit: Emit,
): Promise<BuiltTarget> {
  const paths = dnfPaths(host);
  const { target, keys, fetched } = await step('resolve', (detail) => fetchTarget(host, plan, asked, emit, detail));
  await step('verify', () => verifyPackages(host, target, fetched, keys, paths));
  const cached = options.cache && options.keepRoot === undefined ? await findLayers(host, plan, target, fetched.lock) : undefined;
  if (cached !== undefined) {
    for (const id of ['install', 'configure', 'clean', 'audit', 'pack'] as const) {
      await step(id, async (detail) => detail('as built before'));
    }
    return cached;
  }
  const root = await makeRoot(host, plan, target, fetched, keys, paths, step);
  try {
    const audit = await step('audit', async (detail) => {
      const summary = await auditRoot(host, root, fetched.lock.packages, emit);
      detail(`${summary.counts.elf} ELF files need ${summary.highest ?? 'no level'}`);
      return summary;
    });
    const built = await step('pack', (detail) => packLayers(host, plan, root, audit, detail));
    if (options.cache) await keepLayers(host, plan, fetched.lock, built);
    return built;
  } finally {
    if (options.keepRoot !== undefined) await keepRoot(host, root.path, options.keepRoot);
  }
}

async function keepRoot(host: Host, root: string, folder: string): Promise<void> {
  await host.fs.makeFolder(folder);
  await host.run({ tool: 'cp', args: ['--archive', '--no-target-directory', root, folder], view: { read: [root], write: [folder] } });
}
