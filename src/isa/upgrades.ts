import type { AuditReport, AuditedPackage } from './audit-report.ts';
import { levelOfRpmArchitecture, levels, rpmArchitecture, type RepositoryLevel } from './levels.ts';
import { hasLevelAbove } from './repositories.ts';

/** The largest part of a repository file that is read, in bytes. */
export const largestUpgradeFile = 256 * 1024;

/** Whether a file may set the level of the image's own dnf5: dnf variables and repository files. */
export const isUpgradeFile = (path: string): boolean =>
  /^\/(?:etc\/dnf\/vars|usr\/share\/dnf5\/vars\.d)\/(?:arch|basearch)$/.test(path) ||
  /^\/(?:etc\/(?:yum\.repos\.d|distro\.repos\.d)|usr\/share\/dnf5\/repos\.d)\/[^/]+\.repo$/.test(path);

/**
 * Whether dnf5 in the image will find newer packages of its level. Without its architecture in the dnf variables, or
 * without the repository of its packages, it reports "Nothing to do" and silently installs no security fix. Undefined
 * if no package is above the baseline.
 */
export const judgeUpgrades = (
  packages: readonly AuditedPackage[],
  files: ReadonlyMap<string, string>,
  baseline: RepositoryLevel = 'v1',
): AuditReport['upgrades'] => {
  const label = highestLabel(packages);
  const repositories = levelledRepositories(packages, baseline);
  if (label === undefined && repositories.length === 0) return undefined;
  const missing = [...missingVariables(label, files), ...missingRepositories(repositories, files)];
  if (missing.length === 0) return { works: true, reason: 'The image keeps its level when it upgrades itself.' };
  const lacks = missing.join(' and ');
  return { works: false, reason: `The image will not get newer packages of its level: it lacks ${lacks}.` };
};

const highestLabel = (packages: readonly AuditedPackage[]): string | undefined => {
  const labels = new Set(packages.map(({ arch }) => levelOfRpmArchitecture(arch)));
  const highest = levels.findLast((level) => labels.has(level));
  return highest === undefined || highest === 'baseline' ? undefined : rpmArchitecture(highest);
};

const levelledRepositories = (packages: readonly AuditedPackage[], baseline: RepositoryLevel): readonly string[] => {
  const levelled = packages.filter(({ level }) => hasLevelAbove({ level }, baseline));
  return [...new Set(levelled.flatMap(({ repoid }) => repoid ?? []))];
};

const missingVariables = (label: string | undefined, files: ReadonlyMap<string, string>): readonly string[] => {
  if (label === undefined) return [];
  const variable = (name: string): string | undefined =>
    (files.get(`/etc/dnf/vars/${name}`) ?? files.get(`/usr/share/dnf5/vars.d/${name}`))?.trim();
  // If the level is the base architecture, addresses contain it too.
  return Object.entries({ arch: [label], basearch: ['x86_64', label] })
    .filter(([name, values]) => !values.includes(variable(name) ?? ''))
    .map(([name, values]) => `/etc/dnf/vars/${name} with ${values.map((value) => `"${value}"`).join(' or ')}`);
};

const missingRepositories = (wanted: readonly string[], files: ReadonlyMap<string, string>): readonly string[] => {
  const texts = [...files].filter(([path]) => path.endsWith('.repo')).map(([, text]) => text);
  const enabled = new Set(texts.flatMap(enabledIds));
  return wanted.filter((id) => !enabled.has(id)).map((id) => `the repository ${id}, enabled`);
};

const enabledIds = (text: string): readonly string[] =>
  text
    .split(/^(?=\[)/m)
    .filter((section) => !/^enabled\s*=\s*(?:0|no|false|off)\s*$/im.test(section))
    .flatMap((section) => /^\[([^\]\n]+)\]/.exec(section)?.[1] ?? []);
