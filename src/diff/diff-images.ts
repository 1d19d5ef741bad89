import type { LockFile } from '../packages/lock-file.ts';
import type { TargetName } from '../packages/lock-request.ts';
import { comparePackages, type PackageChange } from '../packages/package-changes.ts';
import { diffFiles, type FileChange } from './diff-files.ts';
import { factsOfLock, type ImageFacts } from './facts.ts';

/** How a second image differs from a first: the value that `hew diff --json` prints. */
export interface ImageDiff {
  readonly from: string;
  readonly to: string;
  readonly same: boolean;
  /** Present when both are known and differ. */
  readonly level?: { readonly from: string; readonly to: string };
  readonly packages: readonly PackageChange[];
  /** Bytes of all packages on each side. */
  readonly size: { readonly from: number; readonly to: number };
  /** Undefined when one side does not know its files. */
  readonly files?: readonly FileChange[];
  readonly configuration: readonly SettingChange[];
}

export interface SettingChange {
  readonly key: string;
  /** Undefined where the setting is not there. */
  readonly from?: string;
  readonly to?: string;
}

/** Compares two images. An image does not differ from itself, and swapping them mirrors the answer. Pure. */
export function diffImages(a: ImageFacts, b: ImageFacts): ImageDiff {
  const level = a.level === undefined || b.level === undefined || a.level === b.level ? undefined : { from: a.level, to: b.level };
  const packages = comparePackages(a.packages, b.packages);
  const files = a.files === undefined || b.files === undefined ? undefined : diffFiles(a.files, b.files);
  const configuration = diffSettings(a.configuration, b.configuration);
  return {
    from: a.name,
    to: b.name,
    same: level === undefined && packages.length === 0 && (files ?? []).length === 0 && configuration.length === 0,
    ...(level === undefined ? {} : { level }),
    packages,
    size: { from: totalSize(a), to: totalSize(b) },
    ...(files === undefined ? {} : { files }),
    configuration,
  };
}

/** One target of two locks; `only`: the other lock does not hold it, and its side counts as empty. */
export interface TargetDiff {
  readonly target: TargetName;
  readonly only?: 'from' | 'to';
  readonly diff: ImageDiff;
}

/** Compares two locks, target by target. Pure. */
export function diffLocks(a: LockFile, b: LockFile, names: { readonly from: string; readonly to: string }): readonly TargetDiff[] {
  const [left, right] = [a, b].map(({ request }) => new Set(request.targets.map(({ name }) => name)));
  return [...new Set([...(left ?? []), ...(right ?? [])])].sort().map((target) => ({
    target,
    ...(left?.has(target) === false ? { only: 'to' as const } : {}),
    ...(right?.has(target) === false ? { only: 'from' as const } : {}),
    diff: diffImages(factsOfLock(a, target, names.from), factsOfLock(b, target, names.to)),
  }));
}

const diffSettings = (a: ImageFacts['configuration'], b: ImageFacts['configuration']): readonly SettingChange[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((key) => {
    const from = Object.hasOwn(a, key) ? a[key] : undefined;
    const to = Object.hasOwn(b, key) ? b[key] : undefined;
    if (from === to) return [];
    return [{ key, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });

const totalSize = ({ packages }: ImageFacts): number => packages.reduce((total, { size }) => total + (size ?? 0), 0);
