import { posix } from 'node:path';

import type { System } from './context.ts';
import { SYSTEMD } from './requirements.ts';

/**
 * Takes out what must be every machine's own: SSH host keys and the machine's identity. An empty machine-id lets each
 * machine make one when it first boots: https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
 */
export async function sealRoot(system: System): Promise<void> {
  for (const name of await system.list('/etc/ssh')) {
    if (/^ssh_host_.*_key(?:\.pub)?$/.test(name)) await system.remove(posix.join('/etc/ssh', name));
  }
  if ((await system.find(SYSTEMD)) !== undefined) await system.set('/etc/machine-id', '', { mode: 0o444 });
}
