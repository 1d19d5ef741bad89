import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import { lockedSet, refuseUnlockedFiles, requireLock, vendoredFolder } from '../locking/read-lock.ts';
import { openDnfSession } from '../packages/dnf5/index.ts';
import { fetchTarget, type FetchedTarget } from '../packages/fetch-target.ts';
import type { LockedSet } from '../packages/locked.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Plan, StepId, Target } from '../plan/types.ts';
import { makeRoot, type Root } from '../rootfs/make-root.ts';
import { auditRoot } from './audit-root.ts';
import type { BuildContext } from './build-context.ts';
import { openLayers } from './layer-cache.ts';
import { packRoots, type AuditedRoot, type BuiltTarget } from './layers.ts';
import { makeBootable, needsDisk } from './make-bootable.ts';

export interface TargetOptions {
  /** Install exactly what the lock beside the definition names. */
  readonly locked: boolean;
  /** Absolute path of the folder with vendored packages; with `locked`, packages come only from there. */
  readonly vendor?: string;
  /** Keep each root in a folder beside the artifacts. */
  readonly keepRoots: boolean;
  /** Absolute path of the output folder. */
  readonly output: string;
}

/** Fetches and verifies the packages of all targets. */
export async function fetchTargets(context: BuildContext, { locked, vendor }: TargetOptions): Promise<readonly FetchedTarget[]> {
  const fetched: FetchedTarget[] = [];
  const lockedFor = locked ? await openLock(context.host, context.plan, vendor) : () => undefined;
  for (const asked of context.plan.targets) {
    fetched.push(await fetchVerified(context, asked, lockedFor(asked)));
  }
  return fetched;
}

/** Builds and packs the root of every target, or takes layers of an earlier build. */
export async function buildTargets(context: BuildContext, fetched: readonly FetchedTarget[], options: TargetOptions): Promise<readonly BuiltTarget[]> {
  const { host, plan, stepFor } = context;
  const layers = await openLayers(host, context.cache, plan, fetched);
  // A root that is kept beside the artifacts must be made.
  if (layers.found !== undefined && !options.keepRoots) {
    await skipSteps(context, [...IN_TARGETS, 'pack'], 'from the cache');
    return layers.found;
  }
  const roots: AuditedRoot[] = [];
  for (const packages of fetched) {
    roots.push(await makeAudited(context, packages, options));
  }
  const built = await stepFor()('pack', (detail) => packRoots(host, plan, roots, detail));
  layers.keep(built);
  return built;
}

/** Steps that each target has for itself after its packages are there. */
const IN_TARGETS: readonly StepId[] = ['install', 'configure', 'clean', 'audit', 'boot', 'disk'];

/** Shows these steps as done, with the reason why there was nothing to do. */
export async function skipSteps({ plan, stepFor }: BuildContext, ids: readonly StepId[], reason: string): Promise<void> {
  const steps = plan.steps.filter(({ id }) => ids.includes(id));
  for (const target of plan.targets) {
    for (const { id } of steps.filter((step) => IN_TARGETS.includes(step.id))) await stepFor(target)(id, async (detail) => detail(reason));
  }
  for (const { id } of steps.filter((step) => !IN_TARGETS.includes(step.id))) await stepFor()(id, async (detail) => detail(reason));
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

async function makeAudited(
  context: BuildContext,
  { session, fetched }: FetchedTarget,
  { keepRoots, output }: Pick<TargetOptions, 'keepRoots' | 'output'>,
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
