import { posix } from 'node:path';

import { ToolError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { dnfEnvironment, dnfOptions, type DnfPaths } from '../packages/dnf5-settings.ts';
import { explainInstallFailure } from '../packages/dnf5-errors.ts';
import type { FetchedPackages } from '../packages/resolve.ts';
import { plainRepository } from '../packages/transaction.ts';
import type { Plan, Target } from '../plan/types.ts';

/** A root with packages in it, not yet configured. */
export interface InstalledRoot {
  /** Absolute path. */
  readonly path: string;
  readonly target: Target;
  readonly packages: FetchedPackages;
}

/**
 * Arguments of the dnf5 call that installs a stored transaction and nothing else. No repository is known to it, so
 * that nothing can come in besides; signatures were checked repository by repository before (packages/verify.ts).
 * Pure.
 */
export const installArguments = (plan: Plan, root: string, folder: string, paths: DnfPaths): string[] => [
  ...dnfOptions(plan, root, paths),
  '--setopt=reposdir=/nonexistent',
  '--setopt=gpgcheck=0',
  '--setopt=localpkg_gpgcheck=0',
  'replay',
  folder,
];

/** Roots take more than the sum of their files: directories, the database, what scriptlets write. */
const ROOT_OVERHEAD = 1.3;

/** Installs the locked packages into an empty root, scriptlets and all, without network. */
export async function installPackages(
  host: Host,
  plan: Plan,
  target: Target,
  packages: FetchedPackages,
  paths: DnfPaths,
  detail: (text: string) => void,
): Promise<InstalledRoot> {
  const compressed = packages.lock.packages.reduce((sum, { size }) => sum + size, 0);
  // RPM payloads unpack to two to three times their size.
  const path = await host.makeWorkFolder(`root-${target.level}`, compressed * 3 * ROOT_OVERHEAD);
  // Mount points of what scriptlets need; the filesystem package takes them over.
  for (const name of ['proc', 'dev', 'run', 'tmp']) await host.fs.makeFolder(posix.join(path, name));
  try {
    await host.run(
      {
        tool: 'dnf5',
        args: installArguments(plan, path, packages.folder, paths),
        env: dnfEnvironment(paths),
        view: { installroot: path, read: [paths.settings, packages.folder] },
      },
      { onLine: (line) => progressOf(line, detail) },
    );
  } catch (error) {
    throw error instanceof ToolError ? explainInstallFailure(error) : error;
  }
  await nameRepositories(host, path);
  return { path, target, packages };
}

/** `[12/57] Installing bash-0:5.3-2.x86_64  100% | …` */
function progressOf(line: string, detail: (text: string) => void): void {
  const match = /^\[\s*(\d+)\/(\d+)\]\s+(Installing \S+|Verify|Prepare)/.exec(line);
  if (match !== null) detail(`${match[1]} of ${match[2]}: ${match[3]}`);
}

/** dnf5 notes the stored transaction as the origin of each package; updates go by the repository's own name. */
async function nameRepositories(host: Host, root: string): Promise<void> {
  const file = posix.join(root, 'usr/lib/sysimage/libdnf5/nevras.toml');
  const text = await host.fs.readTextIfThere(file);
  if (text === undefined) return;
  await host.fs.write(file, text.replaceAll(/@stored_transaction\([^)"]*\)/g, plainRepository));
}
