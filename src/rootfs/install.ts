import { installTransaction, type DnfSession, type FetchedPackages, type Installation } from '../packages/dnf5/index.ts';
import type { Target } from '../plan/types.ts';
import { removeMadeBootFiles, WITHOUT_KERNEL_INSTALL } from './kernel-install.ts';

/** A root with installed packages, not yet configured. */
export interface InstalledRoot {
  /** Absolute path. */
  readonly path: string;
  readonly target: Target;
  readonly packages: FetchedPackages;
}

/** A root takes more than the sum of its files: directories, the database, what scriptlets write. */
const ROOT_OVERHEAD = 1.3;

/**
 * Mount points that scriptlets need. The filesystem package owns them, but rpm sets its modes on the mounts. These
 * modes are those of Fedora's package: https://src.fedoraproject.org/rpms/filesystem, %files.
 */
const MOUNT_POINTS: Readonly<Record<string, number>> = { proc: 0o555, dev: 0o755, run: 0o755, tmp: 0o1777 };

/**
 * Installs the locked packages into an empty root. Signatures were checked per repository before
 * (`packages/verify.ts`).
 */
export async function installPackages(
  session: DnfSession, packages: FetchedPackages, request: Pick<Installation, 'epoch' | 'detail' | 'notice'>,
): Promise<InstalledRoot> {
  const { host, target } = session;
  const compressed = packages.lock.packages.reduce((sum, { size }) => sum + size, 0);
  // RPM payloads unpack to two to three times their size.
  const path = await host.makeWorkFolder(`root-${target.level}`, compressed * 3 * ROOT_OVERHEAD);
  const files = host.inside(path);
  for (const [name, mode] of Object.entries(MOUNT_POINTS)) {
    await files.makeFolder(name);
    await files.setMode(name, mode);
  }
  await installTransaction(session, packages, { ...request, root: path, env: WITHOUT_KERNEL_INSTALL });
  request.detail(`${packages.lock.packages.length} packages`);
  await removeMadeBootFiles(files);
  return { path, target, packages };
}
