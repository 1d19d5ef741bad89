import { posix } from 'node:path';

import type { System } from './context.ts';
import { SYSTEMD } from './requirements.ts';

/**
 * Removes what each machine must make itself: SSH host keys and the machine ID. An empty machine-id lets each machine
 * make one at first boot: https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
 */
export async function resetIdentity(system: System): Promise<void> {
  for (const name of await system.list('/etc/ssh')) {
    if (/^ssh_host_.*_key(?:\.pub)?$/.test(name)) await system.remove(posix.join('/etc/ssh', name));
  }
  if ((await system.find(SYSTEMD)) !== undefined) await system.set('/etc/machine-id', '', { mode: 0o444 });
}
