import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import type { InstalledRoot } from './install.ts';
import { noteOwnFiles } from './own-files.ts';
import { makeAccounts } from './system/accounts.ts';
import { openSystem, type Notice } from './system/context.ts';
import { placeFiles } from './system/files.ts';
import { setNetwork } from './system/network.ts';
import { checkRequirements } from './system/requirements.ts';
import { runScripts } from './system/scripts.ts';
import { resetIdentity } from './system/reset-identity.ts';
import { setSecurity } from './system/security.ts';
import { setSelinuxMode } from './system/selinux.ts';
import { setServices } from './system/services.ts';
import { writeSystemSettings } from './system/settings.ts';
import { setSudo } from './system/sudo.ts';
import { setTimeServers } from './system/time-servers.ts';
import { hasLevels } from '../isa/rows.ts';

/**
 * Configures an installed root as the definition says: settings and accounts; then its files, which may replace any of
 * them and add units, profiles and firewall services; then what reads those; then its scripts. Every key is applied, or
 * refused by a `HewError` that names it. `epoch` is in seconds since 1970. Returns a check that later steps left the
 * files of the definition unchanged.
 */
export async function configureRoot(host: Host, plan: Plan, root: InstalledRoot, epoch: number, notice: Notice): Promise<() => Promise<void>> {
  const system = openSystem(host, plan, root, epoch, notice);
  await checkRequirements(system);
  await writeSystemSettings(system);
  await setTimeServers(system);
  await makeAccounts(system);
  await setSudo(system);
  await setNetwork(system);
  await setSelinuxMode(system);
  await system.set('/etc/hew-release', releaseFile(plan, root));
  await placeFiles(system);
  const checkPlaced = await noteOwnFiles(host, plan, root.path);
  await setSecurity(system);
  await setServices(system);
  await checkPlaced();
  await runScripts(system);
  const checkFinished = await noteOwnFiles(host, plan, root.path);
  await resetIdentity(system);
  return checkFinished;
}

/** /etc/hew-release, in the form of os-release(5). */
export const releaseFile = (plan: Plan, { target }: Pick<InstalledRoot, 'target'>): string =>
  [
    `IMAGE_ID=${plan.image.name}`,
    `IMAGE_VERSION=${plan.image.version}`,
    `ARCHITECTURE=${target.arch}`,
    ...(hasLevels(target.arch) ? [`MICROARCHITECTURE_LEVEL=${target.level}`] : []),
    `DISTRIBUTION="${plan.distribution.name}"`,
    '',
  ].join('\n');
