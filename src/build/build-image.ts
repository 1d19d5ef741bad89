import { posix } from 'node:path';

import { openCache } from '../cache/cache.ts';
import { cacheLimit, localStore } from '../cache/local-store.ts';
import type { CacheReport } from '../cache/explain.ts';
import { stages, type Emit, type Stage } from '../events.ts';
import { HewError } from '../errors.ts';
import type { AuditSummary } from '../isa/audit-report.ts';
import type { Host } from '../host/port.ts';
import { openDnfSession } from '../packages/dnf5/index.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { LockedSet } from '../packages/locked.ts';
import { describeUnchecked, uncheckedRepositories, type UncheckedRepository } from '../packages/unchecked.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Artifact } from '../formats/artifact.ts';
import type { Plan, StepId, Target } from '../plan/types.ts';
import { checkInputs } from '../rootfs/inputs.ts';
import { makeRoot, type Root, type RunStep } from '../rootfs/make-root.ts';
import { auditRoot } from './audit-root.ts';
import type { BuildContext } from './build-context.ts';
import { checkOutputs, describeBroken, refuseUnknownRules, type CheckedRules } from './check-outputs.ts';
import { fetchTarget, type FetchedTarget } from '../packages/fetch-target.ts';
import { openDigests } from '../formats/digests.ts';
import { openLayers } from './layer-cache.ts';
import { packRoots, type AuditedRoot, type BuiltTarget } from './layers.ts';
import { evidenceName, writeEvidence } from './write-evidence.ts';
import { lockedSet, refuseUnlockedFiles, requireLock, vendoredFolder } from '../locking/read-lock.ts';
import { makeBootable, needsDisk } from './make-bootable.ts';
import { openSigner, type SigningRequest } from './sign-evidence.ts';
import { openPublication } from './publish.ts';
import { writeOutputs } from './write-outputs.ts';

export interface BuildOptions {
  /** Absolute path of the output folder. */
  readonly output: string;
  /** Whether to use layers and initrds of earlier builds, and keep new ones. */
  readonly cache: boolean;
  /** Whether to report what came from the cache, and why the rest did not. */
  readonly explainCache?: boolean;
  /** Install exactly what the lock beside the definition names. */
  readonly locked: boolean;
  /** Absolute path of the folder with vendored packages; with `locked`, packages come only from there. */
  readonly vendor?: string;
  /** Sign the evidence. */
  readonly signing?: SigningRequest;
  /** Keep each root in a folder beside the artifacts. */
  readonly keepRoots: boolean;
}

/** What a build made: the value that `hew build --json` prints. */
export interface BuildResult {
  readonly image: string;
  readonly version: string;
  /** `v3`, or `baseline+v3` for several levels. */
  readonly level: string;
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
  const digests = openDigests(host);
  if (options.cache && !host.canKeep()) {
    emit({ kind: 'notice', message: `the cache folder ${host.paths.cache} is read-only: later builds cannot reuse anything of this one` });
  }
  const store = options.cache ? localStore(host, cacheLimit(host)) : undefined;
  const cache = openCache(host, { store, emit, explain: options.explainCache === true });
  try {
    const { fetched, built } = await buildTargets({ host, plan, cache, emit, stepFor }, options);
    const step = stepFor();
    const written = await step('write', () => writeOutputs(host, plan, built, publication.folder, digests));
    const rules = await step('check', () => checkOutputs(host, plan, written, publication.folder));
    for (const message of describeBroken(rules)) emit({ kind: 'notice', message });
    const artifacts = await step('digest', () => Promise.all(written.flatMap(({ files }) => files.map(({ described }) => described))));
    const evidence = await step('publish', async () => {
      const seconds = Object.fromEntries(timings);
      const about = { rules, timings: seconds, locked: options.locked };
      const proofs = await writeEvidence(host, plan, { ...about, fetched, built, artifacts }, publication.folder);
      const signatures = await signer?.sign(posix.join(publication.folder, evidenceName(plan))) ?? [];
      await publication.publish([...artifacts.map(({ name }) => name), evidenceName(plan)]);
      return [...proofs, ...signatures.map((name) => posix.join(evidenceName(plan), name))];
    });
    return {
      image: plan.image.name,
      version: plan.image.version,
      level: built.map(({ target }) => target.level).join('+'),
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
    await digests.close();
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

/** Fetches packages of all targets first, so that an earlier build of the same packages is found; then builds each root. */
async function buildTargets(
  context: BuildContext,
  options: Pick<BuildOptions, 'locked' | 'vendor' | 'keepRoots' | 'output'>,
): Promise<{ readonly fetched: readonly FetchedTarget[]; readonly built: readonly BuiltTarget[] }> {
  const { host, plan, stepFor } = context;
  const fetched: FetchedTarget[] = [];
  const lockedFor = options.locked ? await openLock(host, plan, options.vendor) : () => undefined;
  for (const asked of plan.targets) {
    fetched.push(await fetchVerified(context, asked, lockedFor(asked)));
  }
  const layers = await openLayers(host, context.cache, plan, fetched);
  // A root that is kept beside the artifacts must be made.
  if (layers.found !== undefined && !options.keepRoots) {
    await skipSteps(context);
    return { fetched, built: layers.found };
  }
  const roots: AuditedRoot[] = [];
  for (const packages of fetched) {
    roots.push(await makeAudited(context, packages, options));
  }
  const built = await stepFor()('pack', (detail) => packRoots(host, plan, roots, detail));
  layers.keep(built);
  return { fetched, built };
}

async function openLock(host: Host, plan: Plan, vendor: string | undefined): Promise<(target: Target) => LockedSet> {
  const lock = await requireLock(host, plan, 'some');
  const vendored = vendor === undefined ? undefined : vendoredFolder(plan, vendor);
  if (vendored !== undefined) await refuseUnlockedFiles(host, lock, vendored);
  return (target) => lockedSet(lock, target, vendored);
}

async function fetchVerified({ host, plan, cache, emit, stepFor }: BuildContext, asked: Target, locked: LockedSet | undefined): Promise<FetchedTarget> {
  const step = stepFor(asked);
  const packages = await step('resolve', async (detail) => fetchTarget(await openDnfSession(host, plan, asked, { locked, cache }), locked, emit, detail));
  await step('verify', () => verifyPackages(packages.session, packages.fetched));
  return packages;
}

async function skipSteps({ plan, stepFor }: BuildContext): Promise<void> {
  for (const target of plan.targets) {
    for (const id of ['install', 'configure', 'clean', 'audit'] as const) {
      await stepFor(target)(id, async (detail) => detail('from the cache'));
    }
  }
  await stepFor()('pack', async (detail) => detail('from the cache'));
}

async function makeAudited(
  context: BuildContext,
  { session, fetched }: FetchedTarget,
  { keepRoots, output }: Pick<BuildOptions, 'keepRoots' | 'output'>,
): Promise<AuditedRoot> {
  const { host, plan, emit } = context;
  const step = context.stepFor(session.target);
  const root = await makeRoot(session, fetched, step, emit);
  try {
    const audit = await step('audit', async (detail) => {
      const summary = await auditRoot(host, plan, root, fetched.lock.packages, emit);
      detail(`${summary.counts.elf} ELF files need ${summary.highest ?? 'no level'}`);
      return summary;
    });
    const disk = needsDisk(plan) ? await makeBootable(context, root, fetched.lock) : undefined;
    return { root, lock: fetched.lock, audit, ...(disk === undefined ? {} : { disk }) };
  } finally {
    if (keepRoots) await keepRoot(host, plan, root, output);
  }
}

async function keepRoot(host: Host, plan: Plan, { path, target }: Root, output: string): Promise<void> {
  const level = plan.targets.length > 1 ? `-${target.level}` : '';
  const folder = posix.join(output, `${plan.image.name}-${plan.image.version}${level}.root`);
  await host.fs.remove(folder);
  await host.fs.makeFolder(folder);
  await host.run({
    tool: 'cp',
    args: ['--archive', '--no-target-directory', path, folder],
    view: { read: [path], write: [folder] },
  });
}
