import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { LockedKeys } from '../packages/keys.ts';
import type { LockedSet } from '../packages/locked.ts';
import { lockedPackages, lockPath, type LockFile } from '../packages/lock-file.ts';
import { parseLock } from '../packages/lock-parse.ts';
import { staleReasons } from '../packages/lock-stale.ts';
import { findUnlockedFiles, vendoredPath } from '../packages/vendor.ts';
import type { Plan, Target } from '../plan/types.ts';

/** The lock beside a plan's definition; undefined if there is none. Throws `HewError` when it is damaged. */
export async function readLock(host: Host, plan: Plan): Promise<LockFile | undefined> {
  const path = lockPath(plan.image.file);
  const text = await host.fs.readTextIfThere(path);
  return text === undefined ? undefined : parseLock(text, path);
}

/** The lock of a plan. Throws `HewError` when it is missing or does not match the plan. */
export async function requireLock(host: Host, plan: Plan, scope: 'all' | 'some'): Promise<LockFile> {
  const lock = await readLock(host, plan);
  const path = lockPath(plan.image.file);
  if (lock === undefined) {
    throw new HewError({ code: 'lock-missing', message: `there is no lock ${path}`, hint: `make it with \`hew lock ${typedName(host, plan)}\`` });
  }
  const reasons = staleReasons(lock, plan, scope);
  if (reasons.length === 0) return lock;
  throw new HewError(reasons.map((reason) => ({
    code: 'lock-stale', message: reason, place: { file: path }, hint: `resolve again with \`hew lock ${typedName(host, plan)} --update\``,
  })));
}

/** What names an image on the command line, whatever the current folder is. */
const typedName = ({ paths }: Pick<Host, 'paths'>, { image: { name, file } }: Plan): string =>
  (file === posix.join(paths.data, 'images', posix.basename(file)) && posix.parse(file).name === name ? name : file);

/** The folder of an image below the one that `--vendor` names. */
export const vendoredFolder = (plan: Plan, folder: string): string => posix.join(folder, plan.image.name);

/**
 * What is installed for a target of a lock, and where its packages may come from. Throws `HewError` when the lock does
 * not hold the target.
 */
export const lockedSet = (lock: LockFile, target: Target, vendored?: string): LockedSet => ({
  packages: lockedPackages(lock, target),
  ...lockedKeys(lock),
  ...(vendored === undefined ? {} : { vendored, vendoredPath: vendoredPath(lock) }),
});

/** The keys that count for a lock. A repository that had none when its packages were locked has got none since. */
export function lockedKeys({ keys, keyTexts, packages }: LockFile): LockedKeys {
  const without = [...new Set(packages.map(({ repository }) => repository))].filter((id) => !keys.has(id));
  return {
    fingerprints: new Map([...keys, ...without.map((id): [string, readonly string[]] => [id, []])]),
    ...(keyTexts === undefined ? {} : { texts: keyTexts }),
  };
}

/** Throws `HewError` with each file of a vendored set that the lock does not hold. */
export async function refuseUnlockedFiles(host: Host, lock: LockFile, vendored: string): Promise<void> {
  const unlocked = await findUnlockedFiles(host, lock, vendored);
  if (unlocked.length > 0) throw new HewError(unlocked);
}
