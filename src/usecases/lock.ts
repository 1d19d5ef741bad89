import { HewError } from '../errors.ts';
import { stages, type Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import { locatePackages } from '../packages/locate.ts';
import { movedPackages } from '../packages/lock-check.ts';
import { lockPath, makeLockFile, type LockFile } from '../packages/lock-file.ts';
import { formatLock } from '../packages/lock-format.ts';
import { parseLock } from '../packages/lock-parse.ts';
import { staleReasons } from '../packages/lock-stale.ts';
import { dnfPaths, needsNetwork } from '../packages/resolve.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Plan } from '../plan/types.ts';
import { fetchTarget } from './fetch.ts';

/** What `hew lock` did with one image. */
export interface LockResult {
  readonly image: string;
  /** Absolute path of the lock. */
  readonly path: string;
  readonly written: boolean;
  readonly packages: number;
  /** By target: what came, went or moved since the lock before. */
  readonly moved: ReturnType<typeof movedPackages>;
}

/** The lock beside a plan's definition, or undefined. Throws `HewError` when it is damaged. */
export async function readLock(host: Host, plan: Plan): Promise<LockFile | undefined> {
  const path = lockPath(plan.image.file);
  const text = await host.fs.readTextIfThere(path);
  return text === undefined ? undefined : parseLock(text, path);
}

/** The lock that a locked build goes by. Throws `HewError` when it is missing or does not answer the plan. */
export async function requireLock(host: Host, plan: Plan): Promise<LockFile> {
  const lock = await readLock(host, plan);
  const path = lockPath(plan.image.file);
  if (lock === undefined) {
    throw new HewError({ code: 'lock-missing', message: `there is no lock ${path}`, hint: `make it with \`hew lock ${plan.image.name}\`` });
  }
  throwIfStale(lock, plan, path, 'some');
  return lock;
}

/** Throws `HewError` with every reason for which a lock does not answer a plan. */
export function throwIfStale(lock: LockFile, plan: Plan, path: string, scope: 'all' | 'some'): void {
  const reasons = staleReasons(lock, plan, scope);
  if (reasons.length === 0) return;
  throw new HewError(reasons.map((reason) => ({
    code: 'lock-stale', message: reason, place: { file: path }, hint: `resolve anew with \`hew lock ${plan.image.name} --update\``,
  })));
}

/**
 * Resolves every target of a plan and writes the lock beside its definition. A lock that answers the plan stays as it
 * is unless `update` is asked for: what was reviewed does not move by itself.
 */
export async function lockImage(host: Host, plan: Plan, update: boolean, emit: Emit): Promise<LockResult> {
  const path = lockPath(plan.image.file);
  const before = await readLock(host, plan);
  if (before !== undefined && !update && staleReasons(before, plan, 'all').length === 0) {
    return { image: plan.image.name, path, written: false, packages: before.packages.length, moved: [] };
  }
  const steps = plan.targets.map(({ arch, level }) => ({ id: `${arch} ${level}`, title: `resolve ${arch} ${level}` }));
  emit({ kind: 'planned', title: `lock of ${plan.image.name}`, stages: steps });
  const staged = stages(() => host.clock.seconds(), emit, new Map());
  const paths = dnfPaths(host);
  const resolved = [];
  for (const [index, asked] of plan.targets.entries()) {
    const step = steps[index] ?? { id: asked.level, title: asked.level };
    resolved.push(await staged(step, async (detail) => {
      const { target, keys, fetched } = await fetchTarget(host, plan, asked, undefined, emit, detail);
      await verifyPackages(host, target, fetched, keys, paths);
      const packages = await locatePackages(host, plan, target, fetched.lock.packages, paths, needsNetwork(target));
      return { target, lock: { packages } };
    }));
  }
  const lock = makeLockFile(plan, resolved);
  await host.fs.replace(path, formatLock(lock));
  const moved = before === undefined ? [] : movedPackages(before, lock);
  return { image: plan.image.name, path, written: true, packages: lock.packages.length, moved };
}
