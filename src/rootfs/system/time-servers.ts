import type { System } from './context.ts';
import { CHRONY } from './requirements.ts';

/** Where distributions keep it; chronyd reads the first existing one. */
const CHRONY_FILES = ['/etc/chrony.conf', '/etc/chrony/chrony.conf'];

/** Sets the time servers of chrony if it is installed, otherwise of systemd-timesyncd. */
export async function setTimeServers(system: System): Promise<void> {
  const servers = system.settings['time-servers'];
  if (servers.length === 0) return;
  if ((await system.find(CHRONY)) === undefined) {
    return system.set('/etc/systemd/timesyncd.conf.d/10-hew.conf', `[Time]\nNTP=${servers.join(' ')}\n`);
  }
  const path = (await system.find(CHRONY_FILES)) ?? '/etc/chrony.conf';
  const text = (await system.read(path)) ?? FRESH;
  await system.set(path, chronyFile(text, servers));
}

/** Options that chrony.conf(5) recommends for a client. */
const FRESH = 'driftfile /var/lib/chrony/drift\nmakestep 1.0 3\nrtcsync\n';

/**
 * A chrony.conf with these sources instead of its own. Drop-in folders can only add, and a closed network cannot reach
 * the servers of a distribution. Its other lines stay.
 */
export function chronyFile(text: string, servers: readonly string[]): string {
  const rest = text.split('\n').filter((line) => !/^\s*(?:server|pool|peer)\s/.test(line)).join('\n');
  return `${servers.map((server) => `server ${server} iburst\n`).join('')}${rest}`;
}
