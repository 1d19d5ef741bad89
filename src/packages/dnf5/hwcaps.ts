import { levels, type Level } from '../../isa/levels.ts';
import { listPackages } from './available.ts';
import type { DnfSession } from './session.ts';

/** A build that may be chosen. */
export interface Build {
  readonly name: string;
  readonly evr: string;
}

/**
 * The sub-packages with libraries below glibc-hwcaps that go with chosen packages, as names to ask for: a distribution
 * has them as recommendations, and an image without weak dependencies would get none. `only` holds the builds that may
 * be chosen; without it all are. Empty where the target wants none.
 */
export async function findHwcaps(session: DnfSession, chosen: readonly Build[], only: readonly Build[] | undefined): Promise<readonly string[]> {
  const { plan: { distribution }, target } = session;
  if (target.hwcaps === undefined || distribution.hwcaps === undefined) return [];
  return hwcapsPackages(chosen, only ?? (await listPackages(session)), distribution.hwcaps, target.hwcaps);
}

/**
 * Of each chosen package the sub-package of the highest level that is no higher than the target's, in the same build:
 * another one would hold the package back. With any of them the package that has upgrades bring more along. Pure.
 */
export function hwcapsPackages(
  chosen: readonly Build[], available: readonly Build[], names: { readonly package: string; readonly pattern?: string | undefined }, highest: Level,
): readonly string[] {
  const offered = new Set(available.map(({ name, evr }) => `${name} ${evr}`));
  const known = new Set(available.map(({ name }) => name));
  const allowed = levels.slice(1, levels.indexOf(highest) + 1).toReversed();
  const found = chosen.flatMap(({ name, evr }) => {
    const level = allowed.find((one) => offered.has(`${subPackage(names.package, name, one)} ${evr}`));
    return level === undefined ? [] : [subPackage(names.package, name, level)];
  });
  const pattern = names.pattern === undefined || found.length === 0 ? undefined
    : allowed.map((level) => names.pattern?.replaceAll('$level', level)).find((one) => one !== undefined && known.has(one));
  return [...new Set([...found, ...(pattern === undefined ? [] : [pattern])])].sort();
}

const subPackage = (template: string, name: string, level: Level): string => template.replaceAll('$name', name).replaceAll('$level', level);
