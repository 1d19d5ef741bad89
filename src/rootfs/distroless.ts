import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { InstalledPackage } from '../packages/read-packages.ts';
import type { Plan } from '../plan/types.ts';
import { keepsDatabase } from './check-database.ts';

/**
 * Where scanners look for the packages of an image without a database; syft and trivy read the second file:
 * https://github.com/anchore/syft/tree/main/syft/pkg/cataloger/redhat
 */
export const MANIFEST_FOLDER = '/var/lib/rpmmanifest';

/** Names of installed packages that match the patterns of `remove-after-install`. */
export function packagesToRemove(patterns: readonly string[], packages: readonly InstalledPackage[]): readonly string[] {
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`));
  return packages.map(({ name }) => name).filter((name) => tests.some((test) => test.test(name)));
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);

/**
 * Removes packages that only the installation needed: shell, package manager, dependencies of scriptlets. Their own
 * scriptlets do not run, because the shell is removed with them, and packages that require them stay.
 */
export async function removePackages(host: Host, plan: Plan, root: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await host.run({
    tool: 'rpm',
    args: [
      `--root=${root}`,
      `--dbpath=${plan.distribution.dbpath}`,
      '--erase',
      '--nodeps',
      '--noscripts',
      '--notriggers',
      ...names,
    ],
    view: { installroot: root },
  });
}

/** Leaves in the image what its definition wants scanners to read: the database, a manifest, both or nothing. */
export async function leavePackageList(
  host: Host,
  plan: Plan,
  root: string,
  packages: readonly InstalledPackage[],
  epoch: number,
): Promise<void> {
  const { database } = plan.packages;
  const inside = host.inside(root);
  if (database === 'scanner-manifest' || database === 'both') {
    const files = { 'container-manifest-1': manifest1(packages), 'container-manifest-2': manifest2(packages, epoch) };
    for (const [name, content] of Object.entries(files)) {
      await inside.write(posix.join(MANIFEST_FOLDER, name), content);
    }
  }
  if (keepsDatabase(plan)) return;
  for (const folder of [plan.distribution.dbpath, '/usr/lib/sysimage/libdnf5', '/var/lib/dnf']) {
    await inside.remove(folder);
  }
}

/** `rpm -qa`. */
const manifest1 = (packages: readonly InstalledPackage[]): string =>
  packages.map(({ name, evr, arch }) => `${name}-${evr.replace(/^\d+:/, '')}.${arch}\n`).join('');

/**
 * Ten fields per package, separated by tabs: name, version-release, install time, build time, vendor, epoch, size,
 * architecture, epoch as a number, source package.
 */
export const manifest2 = (packages: readonly InstalledPackage[], epoch: number): string =>
  packages
    .map(({ name, evr, arch, size, sourceRpm, vendor, buildTime }) => {
      const [, number, versionRelease = ''] = /^(?:(\d+):)?(.*)$/.exec(evr) ?? [];
      const fields = [name, versionRelease, epoch, buildTime, vendor || '(none)', number ?? '(none)', size, arch, number ?? 0, sourceRpm];
      return `${fields.join('\t')}\n`;
    })
    .join('');

/** Reads `manifest2` files, of any tool; lines that describe no package are ignored. */
export const parseManifest2 = (text: string): readonly InstalledPackage[] =>
  text.split('\n').flatMap((line): readonly InstalledPackage[] => {
    const [name = '', versionRelease = '', , buildTime, vendor = '', epoch = '', size, arch = '', , sourceRpm = ''] = line.split('\t');
    if (name === '' || versionRelease === '' || arch === '') return [];
    const evr = /^[1-9]\d*$/.test(epoch) ? `${epoch}:${versionRelease}` : versionRelease;
    const number = (field: string | undefined): number => (/^\d{1,15}$/.test(field ?? '') ? Number(field) : 0);
    return [{ name, evr, arch, size: number(size), license: '', sourceRpm, vendor: vendor === '(none)' ? '' : vendor, buildTime: number(buildTime) }];
  });
