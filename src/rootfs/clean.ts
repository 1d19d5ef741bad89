import { posix } from 'node:path';

import type { Host, RootFiles } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';

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
  const inside = host.inside(root);
  for (const folder of EMPTIED_FOLDERS) await emptyFolder(inside, folder);
  const { files, scripts } = plan.configuration;
  const kept = [...files.map(({ path }) => path), ...scripts.flatMap(({ log }) => log ?? [])];
  await removeLogs(inside, LOGS, new Set(kept.map((path) => posix.normalize(path))));
  const database = DATABASE_TRACES.map((name) => posix.join(plan.distribution.dbpath, name));
  for (const file of [...REMOVED_FILES, ...database]) {
    if ((await inside.status(file))?.kind === 'file') await inside.remove(file);
  }
  if ((await inside.status(MACHINE_ID))?.kind === 'file') await inside.write(MACHINE_ID, '', { mode: 0o444 });
}

const MACHINE_ID = '/etc/machine-id';

/** A link in the folder's place stays, and so does what it leads to. */
async function emptyFolder(inside: RootFiles, folder: string): Promise<void> {
  if ((await inside.status(folder))?.kind !== 'directory') return;
  for (const name of await inside.list(folder)) await inside.remove(posix.join(folder, name));
}

/** Removes every file below a folder of the image, but for what the definition itself put there. */
async function removeLogs(inside: RootFiles, folder: string, kept: ReadonlySet<string>): Promise<void> {
  if ((await inside.status(folder))?.kind !== 'directory') return;
  for (const name of await inside.list(folder)) {
    const path = posix.join(folder, name);
    if ((await inside.status(path))?.kind === 'directory') await removeLogs(inside, path, kept);
    else if (!kept.has(path)) await inside.remove(path);
  }
}
