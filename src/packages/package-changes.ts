import { compareEvr } from '../evr.ts';
import type { Nevra } from './nevra.ts';

/** What a comparison looks at in a package. */
export interface ComparedPackage extends Nevra {
  /** Bytes: installed, or of the RPM file in a lock. The same measure on both sides. */
  readonly size?: number;
  /** Of the RPM file. */
  readonly checksum?: string;
  readonly repository?: string;
  /** Ids of the advisories that a lock followed to this build. */
  readonly advisories?: readonly string[];
}

/** `replaced`: neither is newer, yet they are not the same: rebuilt, of another level, or from other bytes. */
export type ChangeKind = 'added' | 'removed' | 'upgraded' | 'downgraded' | 'replaced';

export interface PackageChange {
  readonly kind: ChangeKind;
  readonly name: string;
  readonly from?: ComparedPackage;
  readonly to?: ComparedPackage;
  /** Bytes that it makes the second one larger. */
  readonly bytes: number;
}

/**
 * How two sets of packages differ, sorted by name. Packages pair by name and architecture, then by name alone, newest
 * with newest, so that a kernel installed in two versions and a package that became `x86_64_v3` read as what they
 * are. Swapping the sides mirrors the answer.
 */
export function comparePackages(a: readonly ComparedPackage[], b: readonly ComparedPackage[]): readonly PackageChange[] {
  const [left, right] = [Map.groupBy(a, nameOf), Map.groupBy(b, nameOf)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .sort()
    .flatMap((name) => compareNamesakes(left.get(name) ?? [], right.get(name) ?? []));
}

const nameOf = ({ name }: ComparedPackage): string => name;

function compareNamesakes(a: readonly ComparedPackage[], b: readonly ComparedPackage[]): readonly PackageChange[] {
  const same = pair(a, b, (entry) => `${entry.arch} ${entry.evr}`);
  const alike = pair(same.left, same.right, ({ arch }) => arch);
  const rest = pair(alike.left, alike.right, () => '');
  return [
    ...[...same.pairs, ...alike.pairs, ...rest.pairs].flatMap(([from, to]) => changeOf(from, to)),
    ...rest.left.map((from): PackageChange => ({ kind: 'removed', name: from.name, from, bytes: -(from.size ?? 0) })),
    ...rest.right.map((to): PackageChange => ({ kind: 'added', name: to.name, to, bytes: to.size ?? 0 })),
  ];
}

interface Pairing {
  readonly pairs: readonly (readonly [ComparedPackage, ComparedPackage])[];
  readonly left: readonly ComparedPackage[];
  readonly right: readonly ComparedPackage[];
}

/** Pairs those of one key, newest first; the rest is left over. */
function pair(a: readonly ComparedPackage[], b: readonly ComparedPackage[], keyOf: (entry: ComparedPackage) => string): Pairing {
  const [left, right] = [Map.groupBy([...a].sort(newestFirst), keyOf), Map.groupBy([...b].sort(newestFirst), keyOf)];
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  const found = keys.map((key) => {
    const [ours, theirs] = [left.get(key) ?? [], right.get(key) ?? []];
    const count = Math.min(ours.length, theirs.length);
    return { pairs: zip(ours.slice(0, count), theirs), left: ours.slice(count), right: theirs.slice(count) };
  });
  return {
    pairs: found.flatMap(({ pairs }) => pairs),
    left: found.flatMap(({ left }) => left),
    right: found.flatMap(({ right }) => right),
  };
}

const zip = <T>(a: readonly T[], b: readonly T[]): readonly (readonly [T, T])[] =>
  a.flatMap((item, index): (readonly [T, T])[] => {
    const other = b[index];
    return other === undefined ? [] : [[item, other]];
  });

const newestFirst = (a: ComparedPackage, b: ComparedPackage): number =>
  compareEvr(b.evr, a.evr) || compareText(b.evr, a.evr) || compareText(a.arch, b.arch) || compareText(a.checksum ?? '', b.checksum ?? '');

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function changeOf(from: ComparedPackage, to: ComparedPackage): readonly PackageChange[] {
  const order = compareEvr(from.evr, to.evr);
  const bytes = (to.size ?? 0) - (from.size ?? 0);
  if (order !== 0) return [{ kind: order < 0 ? 'upgraded' : 'downgraded', name: to.name, from, to, bytes }];
  // A checksum that only one side knows says nothing; the repository alone is no difference in what is installed.
  const otherBytes = from.checksum !== undefined && to.checksum !== undefined && from.checksum !== to.checksum;
  const replaced = from.evr !== to.evr || from.arch !== to.arch || otherBytes || bytes !== 0;
  return replaced ? [{ kind: 'replaced', name: to.name, from, to, bytes }] : [];
}
