import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { locatePackages, openDnfSession } from '../packages/dnf5/index.ts';
import { LOCAL_REPOSITORY } from '../packages/keys.ts';
import { lockedPackages, type LockFile } from '../packages/lock-file.ts';
import { formatNevra } from '../packages/nevra.ts';
import { expandVariables, repositoryVariables } from '../packages/repository-variables.ts';
import type { Plan } from '../plan/types.ts';
import { withoutCredentials } from '../redact.ts';
import { lockedKeys } from './read-lock.ts';
import { formatDnf5Manifest } from './foreign/dnf5-manifest.ts';
import type { ForeignFormat } from './foreign/foreign-lock.ts';
import { formatKonflux, type AddressedPackage } from './foreign/konflux.ts';

/** How the programs that read a format call their file. */
export const FOREIGN_FILES: Readonly<Record<ForeignFormat, string>> = { 'dnf5-manifest': 'packages.manifest.yaml', konflux: 'rpms.lock.yaml' };

/**
 * The text of a lock in a format of another program. Throws `HewError` where the lock holds what that format has no words
 * for, and for a package that no repository has any longer where addresses are asked for.
 */
export async function exportLock(host: Host, plan: Plan, lock: LockFile, format: ForeignFormat): Promise<string> {
  const local = lock.packages.find(({ repository }) => repository === LOCAL_REPOSITORY);
  if (local !== undefined) {
    throw new HewError({
      code: 'lock-not-exportable',
      message: `the lock holds ${formatNevra(local)}, an RPM file beside the definition, and ${FOREIGN_FILES[format]} names packages by address`,
      hint: 'put the file into a repository of the distribution, or leave it out of `packages.local`',
    });
  }
  if (format === 'dnf5-manifest') return formatDnf5Manifest(lock, expandedFor(plan));
  return formatKonflux(await addressPackages(host, plan, lock));
}

/** Of several architectures, each has its own base architecture: dnf5 puts it in by itself. */
function expandedFor(plan: Plan): (url: string) => string {
  const [target] = plan.targets;
  const isOne = plan.targets.every(({ arch, vars }) => arch === target?.arch && vars['basearch'] === target.vars['basearch']);
  const { arch, basearch, ...others } = target === undefined ? {} : repositoryVariables(plan, target);
  return (url) => expandVariables(url, isOne && arch !== undefined && basearch !== undefined ? { ...others, arch, basearch } : others);
}

/** Every package of a lock with its whole address, once for each architecture. */
async function addressPackages(host: Host, plan: Plan, lock: LockFile): Promise<readonly AddressedPackage[]> {
  const addressed = new Map<string, AddressedPackage>();
  for (const target of plan.targets) {
    const locked = lockedPackages(lock, target);
    const addresses = await locatePackages(await openDnfSession(host, plan, target, { locked: lockedKeys(lock) }), locked);
    for (const { reason: _reason, file: _file, ...entry } of locked) {
      const url = addresses.get(`${entry.repository} ${formatNevra(entry)}`);
      if (url === undefined) {
        throw new HewError({
          code: 'lock-missing',
          message: `${formatNevra(entry)} is locked, and repository ${entry.repository} no longer says where it lies`,
          hint: `resolve again with \`hew lock ${plan.image.name} --update\``,
        });
      }
      addressed.set(`${target.arch} ${url}`, { ...entry, url: withoutCredentials(url), installedOn: target.arch });
    }
  }
  return [...addressed.values()];
}
