import type { System } from './context.ts';
import { CHRONY } from './requirements.ts';

/** Where distributions keep it; what the first has is what its chronyd reads. */
const CHRONY_FILES = ['/etc/chrony.conf', '/etc/chrony/chrony.conf'];

/** Tells chrony, where it is installed, else systemd-timesyncd, whom to ask for the time. */
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

/** What chrony.conf(5) advises for a machine that only asks. */
const FRESH = 'driftfile /var/lib/chrony/drift\nmakestep 1.0 3\nrtcsync\n';

/**
 * A chrony.conf with these sources instead of its own: drop-in folders can only add, and the servers of a distribution
 * are what a closed network cannot reach. Its other lines stay.
 */
export function chronyFile(text: string, servers: readonly string[]): string {
  const rest = text.split('\n').filter((line) => !/^\s*(?:server|pool|peer)\s/.test(line)).join('\n');
  return `${servers.map((server) => `server ${server} iburst\n`).join('')}${rest}`;
}
