import { posix } from 'node:path';

import type { Emit } from '../events.ts';
import type { Host } from '../host/port.ts';
import { openDnfSession } from '../packages/dnf5/index.ts';
import { LOCAL_REPOSITORY } from '../packages/keys.ts';
import type { LockFile } from '../packages/lock-file.ts';
import { vendoredPath, writeVendored } from '../packages/vendor.ts';
import { verifyPackages } from '../packages/verify.ts';
import type { Plan } from '../plan/types.ts';
import { fetchTarget } from '../packages/fetch-target.ts';
import { lockedSet, vendoredFolder } from './read-lock.ts';

export interface VendorRequest {
  /** Absolute path of the folder in which that of the lock is made. */
  readonly parent: string;
  readonly emit: Emit;
  /** Is shown while packages are fetched. */
  readonly detail: (text: string) => void;
}

/**
 * Copies every package of a lock, for all levels and architectures, into a folder, with the keys that come from URLs.
 * Returns the folder. Packages are checked as in a build.
 */
export async function vendorLock(host: Host, plan: Plan, lock: LockFile, { parent, emit, detail }: VendorRequest): Promise<string> {
  const folder = vendoredFolder(plan, parent);
  const pathOf = vendoredPath(lock);
  const packages = new Map<string, string>();
  const keyFiles = new Map<string, readonly (string | undefined)[]>();
  for (const target of plan.targets) {
    const locked = lockedSet(lock, target);
    const { session, fetched } = await fetchTarget(await openDnfSession(host, plan, target, { locked }), locked, emit, detail);
    await verifyPackages(session, fetched);
    for (const entry of fetched.lock.packages) {
      if (entry.repository !== LOCAL_REPOSITORY) packages.set(pathOf(entry), posix.join(fetched.folder, entry.file));
    }
    for (const { settings } of target.repositories) {
      const files = session.keys.get(settings.id) ?? [];
      if (settings.gpgkey.some((source) => /^https?:/.test(source))) keyFiles.set(settings.id, files);
    }
  }
  await writeVendored(host, folder, { packages, keys: keyFiles });
  return folder;
}
