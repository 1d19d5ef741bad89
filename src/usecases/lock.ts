import { HewError } from '../errors.ts';
import { stages, type Emit, type Staged } from '../events.ts';
import type { Host } from '../host/port.ts';
import { openDnfSession } from '../packages/dnf5/index.ts';
import { readKeyTexts, type RepositoryKeys } from '../packages/keys.ts';
import { movedPackages } from '../packages/lock-check.ts';
import { lockPath, makeLockFile, type LockFile, type ResolvedTarget } from '../packages/lock-file.ts';
import { formatLock } from '../packages/lock-format.ts';
import { staleReasons } from '../packages/lock-stale.ts';
import type { Plan, Target } from '../plan/types.ts';
import { checkInputs } from '../rootfs/inputs.ts';
import { pinTarget } from '../packages/fetch-target.ts';
import type { Advisory, AdvisoryChoice } from '../packages/advisories.ts';
import { followAdvisories, refuseUnknownAdvisories } from '../locking/follow-advisories.ts';
import { exportLock } from '../locking/export-lock.ts';
import type { ForeignFormat } from '../locking/foreign/foreign-lock.ts';
import { importTarget, readForeignLock, refuseUnused } from '../locking/import-lock.ts';
import { lockedKeys, readLock, requireLock } from '../locking/read-lock.ts';
import { refuseUnknown, updateTarget, type Moved } from '../locking/update-packages.ts';
import { vendorLock } from '../locking/vendor.ts';

export interface LockOptions {
  /** What of a lock may move: nothing, everything, or packages of these names, or what advisories ask for, and what they force. */
  readonly update: false | 'all' | readonly string[] | { readonly advisories: AdvisoryChoice };
  /** Absolute path of the folder below which packages are copied, into a folder named after the image. */
  readonly vendor?: string;
  /** Whether the lock holds the keys themselves. One that holds them goes on to. */
  readonly withKeys?: boolean;
  /** Absolute path of a lock of another program that this one is made from. */
  readonly importFrom?: string;
  /** The same lock for another program, and where it is written. */
  readonly exportTo?: { readonly format: ForeignFormat; readonly file: string };
}

/** What `hew lock` did with one image. */
export interface LockResult {
  readonly image: string;
  /** Absolute path of the lock. */
  readonly path: string;
  readonly written: boolean;
  readonly packages: number;
  /** By target: packages that were added, removed or moved since the last lock. */
  readonly moved: readonly Moved[];
  /** Absolute path of the vendored set. */
  readonly vendored?: string;
  /** Absolute path of the lock for another program. */
  readonly exported?: string;
}

/**
 * Resolves every target of a plan by metadata and writes the lock beside its definition. No package is fetched: a build
 * checks the signatures of what it installs. A lock that still matches the plan is not
 * changed unless an update is requested, so that reviewed versions do not move by themselves.
 */
export async function lockImage(host: Host, plan: Plan, { update, vendor, importFrom, exportTo, withKeys = false }: LockOptions, emit: Emit): Promise<LockResult> {
  await checkInputs(host, packageInputs(plan));
  const path = lockPath(plan.image.file);
  const before = await readLock(host, plan);
  const isCurrent = before !== undefined && update === false && importFrom === undefined && staleReasons(before, plan, 'all').length === 0;
  const steps = isCurrent ? [] : plan.targets.map((target) => ({ id: nameOf(target), title: `resolve ${nameOf(target)}` }));
  const planned = [...steps, ...(vendor === undefined ? [] : [VENDOR]), ...(exportTo === undefined ? [] : [EXPORT])];
  emit({ kind: 'planned', title: `lock of ${plan.image.name}`, stages: planned });
  const staged = stages(() => host.clock.seconds(), emit, new Map());
  const { lock: resolved, moved, written: isNew } = isCurrent
    ? { lock: before, moved: [], written: false }
    : importFrom !== undefined ? withMoves(before, await importAll(host, plan, importFrom, staged, emit))
    : typeof update === 'object' ? await updateSome(host, plan, update, staged, emit) : await resolveAll(host, plan, before, staged, emit);
  const lock = withKeys || before?.keyTexts !== undefined ? await withKeyTexts(host, plan, resolved) : resolved;
  const written = isNew || lock !== resolved;
  if (written) await host.fs.replace(path, formatLock(lock));
  const result = { image: plan.image.name, path, written, packages: lock.packages.length, moved };
  const vendored = vendor === undefined ? undefined : await staged(VENDOR, (detail) => vendorLock(host, plan, lock, { parent: vendor, emit, detail }));
  if (exportTo !== undefined) await staged(EXPORT, async () => host.fs.replace(exportTo.file, await exportLock(host, plan, lock, exportTo.format)));
  return { ...result, ...(vendored === undefined ? {} : { vendored }), ...(exportTo === undefined ? {} : { exported: exportTo.file }) };
}

/** The lock with the texts of the keys whose fingerprints it holds. */
async function withKeyTexts(host: Host, plan: Plan, lock: LockFile): Promise<LockFile> {
  if (lock.keyTexts !== undefined) return lock;
  const files: RepositoryKeys[] = [];
  for (const target of plan.targets) files.push((await openDnfSession(host, plan, target, { locked: lockedKeys(lock) })).keys);
  return { ...lock, keyTexts: await readKeyTexts(host, files) };
}

const VENDOR = { id: 'vendor', title: 'vendor packages' };
const EXPORT = { id: 'export', title: 'write the lock for another program' };

/** A lock does not depend on the other files. */
const packageInputs = ({ inputs, packages }: Plan): Plan['inputs'] =>
  inputs.filter(({ path }) => packages.local.includes(path) || packages.localKeys.includes(path));

const nameOf = ({ arch, level }: Target): string => `${arch} ${level}`;

interface MovedLock {
  readonly lock: LockFile;
  readonly moved: readonly Moved[];
  readonly written: boolean;
}

const withMoves = (before: LockFile | undefined, lock: LockFile): MovedLock =>
  ({ lock, moved: before === undefined ? [] : movedPackages(before, lock), written: true });

async function resolveAll(host: Host, plan: Plan, before: LockFile | undefined, staged: Staged, emit: Emit): Promise<MovedLock> {
  const resolved: ResolvedTarget[] = [];
  for (const asked of plan.targets) {
    resolved.push(await staged({ id: nameOf(asked), title: `resolve ${nameOf(asked)}` }, async (detail) =>
      pinTarget(await openDnfSession(host, plan, asked), emit, detail)));
  }
  return withMoves(before, makeLockFile(plan, resolved));
}

/** Takes exactly the builds that a lock of another program names. */
async function importAll(host: Host, plan: Plan, file: string, staged: Staged, emit: Emit): Promise<LockFile> {
  const text = await host.fs.readTextIfThere(file);
  if (text === undefined) throw new HewError({ code: 'lock-missing', message: `there is no file ${file}`, hint: 'name a lock of dnf5’s manifest plugin or of rpm-lockfile-prototype' }, { exitCode: 2 });
  const foreign = readForeignLock(text, file);
  const resolved: ResolvedTarget[] = [];
  for (const target of plan.targets) {
    resolved.push(await staged({ id: nameOf(target), title: `resolve ${nameOf(target)}` }, (detail) => importTarget(host, plan, target, foreign, detail)));
  }
  refuseUnused(foreign, resolved, plan, emit);
  return makeLockFile(plan, resolved);
}

/** The update starts from the lock, so the lock must match the definition. */
async function updateSome(host: Host, plan: Plan, update: Exclude<LockOptions['update'], false | 'all'>, staged: Staged, emit: Emit): Promise<MovedLock> {
  const before = await requireLock(host, plan, 'all');
  if (!('advisories' in update)) refuseUnknown(before, update, lockPath(plan.image.file));
  const resolved: ResolvedTarget[] = [];
  const moved: Moved[] = [];
  const offered: Advisory[] = [];
  for (const target of plan.targets) {
    const updated = await staged({ id: nameOf(target), title: `resolve ${nameOf(target)}` }, async (detail) => {
      // Keys stay those that the lock was made with.
      const session = await openDnfSession(host, plan, target, { locked: lockedKeys(before) });
      if (!('advisories' in update)) return updateTarget(session, before, new Map(update.map((name) => [name, []])), emit, detail);
      const followed = await followAdvisories(session, before, update.advisories, emit, detail);
      offered.push(...followed.offered);
      return followed.updated;
    });
    resolved.push(updated.resolved);
    moved.push(updated.moved);
  }
  if ('advisories' in update) refuseUnknownAdvisories(update.advisories, offered);
  const lock = makeLockFile(plan, resolved);
  return { lock, moved, written: moved.some(({ changes }) => changes.length > 0) };
}
