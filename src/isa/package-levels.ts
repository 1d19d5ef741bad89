import type { AuditedPackage, PackageNeed, PackageSummary } from './audit-report.ts';
import { compareLevels, levelOfRpmArchitecture, levels, parseLevel, type Level } from './levels.ts';

/** The needs of the files of each package, by package name. */
export type NeedsByPackage = Map<string, { readonly needed: Level | undefined; readonly elf: number }>;

/** The level of a package: that of its label or, if that is only x86_64, of its repository; undefined for noarch. */
export const claimedLevel = ({ arch, level }: AuditedPackage): Level | undefined => {
  const label = levelOfRpmArchitecture(arch);
  const stated = level === undefined ? undefined : parseLevel(level);
  if (label === undefined || stated === undefined) return label;
  return compareLevels(label, stated) > 0 ? label : stated;
};

/** Claimed and needed level of every known package and every owner of a file, sorted by name. */
export const packageNeeds = (packages: readonly AuditedPackage[], needs: NeedsByPackage): readonly PackageNeed[] => {
  const claims = new Map(packages.map((one) => [one.name, claimedLevel(one)]));
  const names = new Set([...claims.keys(), ...needs.keys()]);
  return [...names].toSorted().map((name) => ({
    name,
    claimed: claims.get(name),
    needed: needs.get(name)?.needed,
    elf: needs.get(name)?.elf ?? 0,
  }));
};

/** The number of packages for each level: `41 of 55 packages are v3`. */
export const summarizePackages = (packages: readonly AuditedPackage[]): PackageSummary => {
  const claimed: Record<Level, number> = { baseline: 0, v2: 0, v3: 0, v4: 0 };
  const claims = packages.map(claimedLevel).filter((level) => level !== undefined);
  for (const level of claims) claimed[level] += 1;
  const total = packages.length;
  return { total, claimed, withoutLevel: total - claims.length, sentence: sentenceOf(claimed, total) };
};

const sentenceOf = (claimed: Readonly<Record<Level, number>>, total: number): string | undefined => {
  const above = levels.filter((level) => level !== 'baseline' && claimed[level] > 0).toReversed();
  const [highest, ...lower] = above;
  if (highest === undefined) return undefined;
  const others = lower.map((level) => `, ${claimed[level]} are ${level}`).join('');
  return `${claimed[highest]} of ${total} packages are ${highest}${others}`;
};
