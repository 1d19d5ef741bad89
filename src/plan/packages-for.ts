import type { PackageRequest, Plan, Target } from './types.ts';

/** What dnf5 is asked for on one architecture: what all have, and the names that only this one has. Pure. */
export function packagesFor({ packages, packagesByArch }: Pick<Plan, 'packages' | 'packagesByArch'>, arch: Target['arch']): PackageRequest {
  const own = packagesByArch?.[arch];
  if (own === undefined) return packages;
  const join = (key: keyof typeof own): readonly string[] => [...new Set([...packages[key], ...own[key]])].sort();
  return { ...packages, install: join('install'), exclude: join('exclude'), removeAfterInstall: join('removeAfterInstall') };
}
