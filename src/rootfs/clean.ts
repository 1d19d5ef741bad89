import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { insideRoot } from './inside.ts';

/** What package managers and scriptlets leave behind and no image needs; folders stay, their content goes. */
const EMPTIED_FOLDERS = [
  'run', 'tmp', 'var/tmp', 'var/cache/dnf', 'var/cache/libdnf5', 'var/cache/yum', 'var/cache/ldconfig',
];

/** Here folders of packages stay as well: daemons that log into one of their own do not start without it. */
const LOGS = '/var/log';

/** Files that differ from build to build, or that only a running system fills. */
const REMOVED_FILES = [
  'usr/lib/sysimage/libdnf5/transaction_history.sqlite',
  'usr/lib/sysimage/libdnf5/transaction_history.sqlite-shm',
  'usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal',
  'var/lib/dnf/system-repo.lock',
  'etc/.pwd.lock',
  'etc/passwd-', 'etc/group-', 'etc/shadow-', 'etc/gshadow-',
  'etc/resolv.conf',
  'root/.bash_history',
];

/** Beside rpmdb.sqlite: indexes and locks of the last process that had it open. */
const DATABASE_TRACES = ['rpmdb.sqlite-shm', 'rpmdb.sqlite-wal', '.rpm.lock', '.keyring.lock'];

/**
 * Leaves in a root what its packages and its definition put there: no cache, no log, no lock, no trace of the
 * builder. Never follows a link on the way.
 */
export async function cleanRoot(host: Host, plan: Plan, root: string): Promise<void> {
  for (const folder of EMPTIED_FOLDERS) await emptyFolder(host, await insideRoot(host, root, folder));
  const { files, scripts } = plan.configuration;
  const kept = [...files.map(({ path }) => path), ...scripts.flatMap(({ log }) => log ?? [])];
  await removeLogs(host, root, LOGS, new Set(kept.map((path) => posix.normalize(path))));
  const database = DATABASE_TRACES.map((name) => posix.join(plan.distribution.dbpath, name));
  for (const file of [...REMOVED_FILES, ...database]) {
    const path = await insideRoot(host, root, file);
    if ((await host.fs.status(path))?.kind === 'file') await host.fs.remove(path);
  }
  const machineId = await insideRoot(host, root, 'etc/machine-id');
  if ((await host.fs.status(machineId))?.kind === 'file') await host.fs.write(machineId, '', { mode: 0o444 });
}

async function emptyFolder(host: Host, path: string): Promise<void> {
  if ((await host.fs.status(path))?.kind !== 'directory') return;
  for (const name of await host.fs.list(path)) await host.fs.remove(posix.join(path, name));
}

/** Removes every file below a folder of the image, but for what the definition itself put there. */
async function removeLogs(host: Host, root: string, folder: string, kept: ReadonlySet<string>): Promise<void> {
  const place = await insideRoot(host, root, folder);
  if ((await host.fs.status(place))?.kind !== 'directory') return;
  for (const name of await host.fs.list(place)) {
    const path = posix.join(folder, name);
    if ((await host.fs.status(posix.join(place, name)))?.kind === 'directory') await removeLogs(host, root, path, kept);
    else if (!kept.has(path)) await host.fs.remove(posix.join(place, name));
  }
}
