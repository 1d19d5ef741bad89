import { didYouMean } from '../definition/index.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Emit } from '../events.ts';
import { describeAdvisory, unfixedPackages, type Advisory } from '../packages/advisories.ts';
import { describeOlder, type DnfSession } from '../packages/dnf5/index.ts';
import type { PinnedPackage } from '../packages/lock.ts';
import { lockedPackages, type LockFile, type ResolvedTarget } from '../packages/lock-file.ts';
import { targetName, type TargetName } from '../packages/lock-request.ts';
import { movePackages } from '../packages/move-packages.ts';
import { comparePackages, type PackageChange } from '../packages/package-changes.ts';
import { readRequirements } from '../packages/requirements.ts';

/** Packages that were added, removed or moved for one target. */
export interface Moved {
  readonly target: TargetName;
  readonly changes: readonly (PackageChange & {
    /** Why a package moved that was not requested. */
    readonly why?: string;
  })[];
}

/** Throws `HewError` for each name that a lock does not hold. */
export function refuseUnknown({ packages }: LockFile, names: readonly string[], path: string): void {
  const known = new Set(packages.map(({ name }) => name));
  const problems = names.filter((name) => !known.has(name)).map((name): Problem => {
    const hint = didYouMean(name, [...known]);
    return { code: 'package-not-locked', message: `the lock has no package \`${name}\``, place: { file: path }, ...(hint === undefined ? {} : { hint }) };
  });
  if (problems.length > 0) throw new HewError(problems);
}

/** A target of a lock after an update. */
export interface UpdatedTarget {
  readonly resolved: ResolvedTarget;
  readonly moved: Moved;
}

/** What an update moves: packages by name, and the advisories that it follows where that is why. */
export type Wanted = ReadonlyMap<string, readonly Advisory[]>;

/** Moves packages of a lock, and what they force, for one target. */
export async function updateTarget(
  session: DnfSession, lock: LockFile, wanted: Wanted, emit: Emit, detail: (text: string) => void,
): Promise<UpdatedTarget> {
  const { target, fingerprints } = session;
  const [locked, names] = [lockedPackages(lock, target), [...wanted.keys()]];
  const { chosen, packages } = await movePackages(session, locked, names, detail);
  for (const { message } of describeOlder(chosen.metadata)) emit({ kind: 'notice', message });
  const changes = comparePackages(locked, packages);
  for (const name of names.filter((one) => locked.some((entry) => entry.name === one) && changes.every((change) => change.name !== one))) {
    emit({ kind: 'notice', message: `${name} does not move for ${target.arch} ${target.level}: no newer build of it fits` });
  }
  const neededBy = changes.length === 0 ? new Map<string, readonly string[]>() : await readRequirements(session, chosen);
  const moved = changes.map((change) => {
    const advisories = wanted.get(change.name) ?? [];
    const why = advisories.length > 0 ? advisories.map(describeAdvisory).join('; ') : names.includes(change.name) ? undefined : reasonOf(change, changes, neededBy);
    return { ...change, ...(why === undefined ? {} : { why }) };
  });
  return { resolved: { target, fingerprints, packages: packages.map((entry) => withAdvisories(entry, locked, wanted)) }, moved: { target: targetName(target), changes: moved } };
}

/** What moved bears the advisories that it answers; what stays bears those that it had. */
function withAdvisories(entry: PinnedPackage, locked: readonly PinnedPackage[], wanted: Wanted): PinnedPackage {
  const before = locked.find((one) => one.checksum === entry.checksum && one.name === entry.name);
  const ids = before === undefined ? fixedBy(entry, wanted.get(entry.name) ?? []) : before.advisories ?? [];
  return ids.length === 0 ? entry : { ...entry, advisories: ids };
}

const fixedBy = (entry: PinnedPackage, advisories: readonly Advisory[]): readonly string[] => {
  const open = unfixedPackages([entry], advisories).get(entry.name) ?? [];
  return advisories.filter((one) => !open.includes(one)).map(({ id }) => id).sort();
};

/** In terms of the requirements between the moved packages. */
function reasonOf({ kind, name }: PackageChange, changes: readonly PackageChange[], neededBy: ReadonlyMap<string, readonly string[]>): string {
  if (kind === 'removed') return 'nothing needs it any longer';
  const others = changes.map((change) => change.name).filter((other) => other !== name);
  const needing = others.filter((other) => neededBy.get(name)?.includes(other));
  if (needing.length > 0) return `needed by ${needing.join(', ')}`;
  const needed = others.filter((other) => neededBy.get(other)?.includes(name));
  return needed.length > 0 ? `it needs ${needed.join(', ')}` : 'the locked build is gone or no longer fits';
}
