import { posix } from 'node:path';

import type { Host, RootFiles } from '../host/port.ts';
import type { Plan } from '../plan/types.ts';
import { ownPaths } from './own-files.ts';

/** The running system mounts its own here. The rule `file-not-kept` refuses files of the definition. */
const FILLED_AT_BOOT = ['/run', '/tmp'];

/** Leftovers of package managers and scriptlets: folders stay, their content is removed. */
const EMPTIED_FOLDERS = ['/var/tmp', '/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum', '/var/cache/ldconfig'];

/** Folders below stay as well: daemons that log into a folder of their own do not start without it. */
const LOGS = '/var/log';

/** Files that differ from build to build, or that only a running system fills. */
const REMOVED_FILES = [
  '/usr/lib/sysimage/libdnf5/transaction_history.sqlite',
  '/usr/lib/sysimage/libdnf5/transaction_history.sqlite-shm',
  '/usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal',
  '/var/lib/dnf/system-repo.lock',
  '/etc/.pwd.lock',
  '/etc/passwd-', '/etc/group-', '/etc/shadow-', '/etc/gshadow-',
  '/etc/resolv.conf',
  '/root/.bash_history',
  // Scriptlets of systemd-udev and systemd make them; every copy of an image would start from the same seed.
  '/var/lib/systemd/random-seed',
  '/var/lib/systemd/catalog/database',
];

/** Beside rpmdb.sqlite: indexes and locks of the last process that had it open. */
export const DATABASE_TRACES = ['rpmdb.sqlite-shm', 'rpmdb.sqlite-wal', '.rpm.lock', '.keyring.lock'];

const MACHINE_ID = '/etc/machine-id';

/**
 * Leaves in a root only what its packages and its definition put there: no caches, logs, locks or traces of the
 * builder. Never follows symlinks.
 */
export async function cleanRoot(host: Host, plan: Plan, root: string): Promise<void> {
  const image = host.inside(root);
  const own = await Promise.all(ownPaths(plan.configuration).map((path) => image.locate(path, { follow: false })));
  for (const folder of FILLED_AT_BOOT) await empty(image, folder, { kept: [], folders: false });
  for (const folder of EMPTIED_FOLDERS) await empty(image, folder, { kept: own, folders: false });
  await empty(image, LOGS, { kept: own, folders: true });
  const database = DATABASE_TRACES.map((name) => posix.join(plan.distribution.dbpath, name));
  for (const file of [...REMOVED_FILES, ...database]) {
    if ((await image.status(file))?.kind !== 'file') continue;
    if (!own.includes(await image.locate(file, { follow: false }))) await image.remove(file);
  }
  if ((await image.status(MACHINE_ID))?.kind === 'file') await image.write(MACHINE_ID, '', { mode: 0o444 });
}

interface Spared {
  /** Paths on this machine. */
  readonly kept: readonly string[];
  /** Whether folders stay. */
  readonly folders: boolean;
}

/**
 * Removes what is below a folder of the image, except spared paths and their parent folders. A symlink in place of the
 * folder stays, and so does its target.
 */
async function empty(image: RootFiles, folder: string, spared: Spared): Promise<void> {
  if ((await image.status(folder))?.kind !== 'directory') return;
  for (const name of await image.list(folder)) {
    const path = posix.join(folder, name);
    const place = await image.locate(path, { follow: false });
    if (spared.kept.includes(place)) continue;
    const isFolder = (await image.status(path))?.kind === 'directory';
    const isAbove = spared.kept.some((other) => other.startsWith(`${place}/`));
    if (isFolder && (spared.folders || isAbove)) await empty(image, path, spared);
    else await image.remove(path);
  }
}
