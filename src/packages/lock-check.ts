import type { Problem } from '../errors.ts';
import type { LockFile, LockFilePackage } from './lock-file.ts';
import type { PinnedPackage } from './lock.ts';
import type { TargetName } from './lock-request.ts';
import { formatNevra, type Nevra } from './nevra.ts';
import { comparePackages, type PackageChange } from './package-changes.ts';

/** What a package is held by. */
type Pin = Pick<PinnedPackage, 'checksum' | 'size'>;

/** A package as it came, hashed by hew with the algorithm of its lock. */
export interface FoundPackage extends Nevra, Pin {}

/**
 * Holds what is about to be installed against the lock: each package that is missing, that the lock does not know, or
 * whose bytes are others. Empty when they are the same set; anything else must stop a locked build.
 */
export function checkFetched(locked: readonly FoundPackage[], found: readonly FoundPackage[]): readonly Problem[] {
  const [wanted, present] = [byNevra(locked), byNevra(found)];
  return [
    ...[...wanted].flatMap(([nevra, entry]) => checkOne(nevra, entry, present.get(nevra))),
    ...[...present.keys()].filter((nevra) => !wanted.has(nevra)).map((nevra): Problem => ({
      code: 'lock-unexpected',
      message: `${nevra} would be installed, but the lock does not hold it`,
      hint: 'run `hew lock IMAGE` if it is meant to be there',
    })),
  ];
}

/** What moved between two locks of one definition, for each target that both or either hold. */
export const movedPackages = (
  before: LockFile,
  after: LockFile,
): readonly { readonly target: TargetName; readonly changes: readonly PackageChange[] }[] =>
  [...new Set([...before.request.targets, ...after.request.targets].map(({ name }) => name))].sort().map((target) => ({
    target,
    changes: comparePackages(packagesOf(before, target), packagesOf(after, target)),
  }));

const packagesOf = ({ packages }: LockFile, target: TargetName): readonly LockFilePackage[] =>
  packages.filter(({ targets }) => targets.includes(target));

const byNevra = (packages: readonly FoundPackage[]): ReadonlyMap<string, FoundPackage> =>
  new Map(packages.map((entry) => [formatNevra(entry), entry]));

/** Holds one package against the lock. `place` is where it was looked for, if not in the repositories. */
export function checkOne(nevra: string, locked: Pin, found: Pin | undefined, place?: string): readonly Problem[] {
  if (found === undefined) {
    return [place === undefined
      ? { code: 'lock-missing', message: `${nevra} is locked but cannot be had`, hint: 'its repository may have dropped it: vendor packages by `hew lock IMAGE --vendor DIR`, or run `hew lock IMAGE --update`' }
      : { code: 'lock-missing', message: `${nevra} is locked but not in the ${place}`, hint: 'make the set again with `hew lock IMAGE --vendor DIR`' }];
  }
  if (found.checksum === locked.checksum && found.size === locked.size) return [];
  return [{
    code: 'lock-checksum',
    message: `${nevra} is not the package that was locked: ${found.checksum} (${found.size} bytes), locked ${locked.checksum} (${locked.size} bytes)`,
    hint: 'someone replaced it under the same name; ask the owner of the repository before you lock it again',
  }];
}
