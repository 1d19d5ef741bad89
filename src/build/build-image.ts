import { posix } from 'node:path';

import { openCache } from '../cache/cache.ts';
import { cacheLimit, localStore } from '../cache/local-store.ts';
import type { CacheReport } from '../cache/explain.ts';
import { stages, type Emit, type Stage } from '../events.ts';
import { HewError } from '../errors.ts';
import type { Artifact } from '../formats/artifact.ts';
import type { AuditSummary } from '../isa/audit-report.ts';
import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import { describeUnchecked, uncheckedRepositories, type UncheckedRepository } from '../packages/unchecked.ts';
import type { Plan, StepId, Target } from '../plan/types.ts';
import { checkInputs } from '../rootfs/inputs.ts';
import type { RunStep } from '../rootfs/make-root.ts';
import { openArtifacts } from './artifact-cache.ts';
import { fetchTargets, type TargetOptions } from './build-targets.ts';
import { describeBroken, refuseUnknownRules, type CheckedRules } from './check-outputs.ts';
import { makeArtifacts, takeArtifacts } from './make-artifacts.ts';
import { openPublication } from './publish.ts';
import { openSigner, type SigningRequest } from './sign-evidence.ts';
import { evidenceName, writeEvidence } from './write-evidence.ts';

export interface BuildOptions extends TargetOptions {
  /** Whether to use what earlier builds stored, and store new results. */
  readonly cache: boolean;
  /** Whether to report what came from the cache, and why the rest did not. */
  readonly explainCache?: boolean;
  /** Sign the evidence. */
  readonly signing?: SigningRequest;
}

/** What a build made: the value that `hew build --json` prints. */
export interface BuildResult {
  readonly image: string;
  readonly version: string;
  /** `v3`, or `baseline+v3` for several levels. */
  readonly level: string;
  /** Whether the artifacts are those of an earlier build, because no input changed. */
  readonly unchanged: boolean;
  readonly packages: readonly (InstalledPackage & { readonly level: string })[];
  readonly artifacts: readonly (Artifact & { readonly path: string })[];
  readonly evidence: readonly string[];
  readonly audit: readonly AuditSummary[];
  /** Signature checks that were off. */
  readonly unchecked: readonly UncheckedRepository[];
  /** Results of the rules of the platforms. */
  readonly rules: readonly CheckedRules[];
  /** Seconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** What came from the cache, if requested. */
  readonly cache?: readonly CacheReport[];
}

/** Builds every target of a plan and publishes the artifacts together. */
export async function buildImage(host: Host, plan: Plan, options: BuildOptions, emit: Emit): Promise<BuildResult> {
  refuseUnrunnable(plan);
  await refuseUnknownRules(plan);
  await checkInputs(host, plan.inputs);
  // Fail early if there is no toolset: every later step needs one.
  await host.tools();
  const timings = new Map<string, number>();
  emit({ kind: 'planned', title: titleOf(plan), stages: plannedStages(plan) });
  for (const arch of plan.skippedArchitectures ?? []) emit({ kind: 'notice', message: `the image for ${arch} must be built on a machine of that architecture` });
  const unchecked = uncheckedRepositories(plan.targets);
  for (const check of unchecked) emit({ kind: 'notice', message: describeUnchecked(check) });
  const staged = stages(() => host.clock.seconds(), emit, timings);
  const stepFor = (target?: Target): RunStep => (id, work) => staged(stageOf(plan, id, target), work);
  const signer = options.signing === undefined ? undefined : await openSigner(host, options.signing);
  const publication = await openPublication(host, options.output);
  if (options.cache && !host.canKeep()) {
    emit({ kind: 'notice', message: `the cache folder ${host.paths.cache} is read-only: later builds cannot reuse anything of this one` });
  }
  const store = options.cache ? localStore(host, cacheLimit(host)) : undefined;
  const cache = openCache(host, { store, emit, explain: options.explainCache === true });
  try {
    const context = { host, plan, cache, emit, stepFor };
    const step = stepFor();
    const fetched = await fetchTargets(context, options);
    const kept = await openArtifacts(context, fetched);
    // A root that is kept beside the artifacts must be made.
    const take = options.keepRoots ? undefined : kept.take;
    const made = take === undefined ? await makeArtifacts(context, fetched, options, publication.folder) : await takeArtifacts(context, take, publication.folder);
    const { built, artifacts, rules } = made;
    for (const message of describeBroken(rules)) emit({ kind: 'notice', message });
    const evidence = await step('publish', async () => {
      const seconds = Object.fromEntries(timings);
      const about = { rules, timings: seconds, locked: options.locked };
      const proofs = await writeEvidence(host, plan, { ...about, fetched, built, artifacts }, publication.folder);
      const signatures = await signer?.sign(posix.join(publication.folder, evidenceName(plan))) ?? [];
      await kept.keep(made, publication.folder);
      // In the output folder anybody may change the artifacts.
      await cache.settle();
      await publication.publish([...artifacts.map(({ name }) => name), evidenceName(plan)]);
      return [...proofs, ...signatures.map((name) => posix.join(evidenceName(plan), name))];
    });
    return {
      image: plan.image.name,
      version: plan.image.version,
      level: built.map(({ target }) => target.level).join('+'),
      unchanged: take !== undefined,
      packages: built.flatMap(({ packages, target }) => packages.map((entry) => ({ ...entry, level: target.level }))),
      artifacts: artifacts.map((artifact) => ({ ...artifact, path: posix.join(options.output, artifact.name) })),
      evidence: evidence.map((name) => posix.join(options.output, name)),
      audit: built.map(({ audit }) => audit),
      unchecked,
      rules,
      timings: Object.fromEntries(timings),
      ...(options.explainCache === true ? { cache: cache.reports() } : {}),
    };
  } finally {
    // It reads the workspace, which is removed next.
    await cache.settle();
    publication.abandon();
  }
}

const titleOf = ({ image, distribution, targets }: Plan): string =>
  `${image.name} ${image.version}, ${distribution.name}, ${targets.map(({ arch, level }) => `${arch} ${level}`).join(' and ')}`;

const FETCHING: readonly StepId[] = ['resolve', 'verify'];
const FINISHING: readonly StepId[] = ['pack', 'write', 'check', 'digest', 'publish'];

/** Steps in the order in which they are shown and run: packages of all targets, then each root, then the outputs. */
function plannedStages(plan: Plan): readonly Stage[] {
  const ids = plan.steps.map(({ id }) => id);
  const making = ids.filter((id) => !FETCHING.includes(id) && !FINISHING.includes(id));
  return [
    ...plan.targets.flatMap((target) => FETCHING.map((id) => stageOf(plan, id, target))),
    ...plan.targets.flatMap((target) => making.map((id) => stageOf(plan, id, target))),
    ...FINISHING.map((id) => stageOf(plan, id)),
  ];
}

function stageOf(plan: Plan, id: StepId, target?: Target): Stage {
  const title = plan.steps.find((step) => step.id === id)?.title ?? id;
  const isOneOfMany = target !== undefined && plan.targets.length > 1;
  return isOneOfMany ? { id: `${id} ${target.level}`, title: `${title} (${target.level})` } : { id, title };
}

/** Scriptlets of a root run on this machine: a level that it lacks is refused before anything is downloaded. */
function refuseUnrunnable(plan: Plan): void {
  const problems = plan.targets.flatMap(({ cannotRun }) => (cannotRun === undefined ? [] : [cannotRun]));
  if (problems.length > 0) throw new HewError(problems);
}
