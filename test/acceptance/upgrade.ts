import { readlinkSync } from 'node:fs';
import { join, posix } from 'node:path';
import { execa } from 'execa';

import type { Plan } from '../../src/plan/types.ts';
import type { Outcome } from './outcome.ts';

type PackageManager = Plan['distribution']['packageManager'];

/** How each package manager moves an installation to what its repositories have now, without asking. */
const UPGRADES: Readonly<Record<PackageManager, readonly string[]>> = {
  dnf5: ['dnf5', '-y', '--refresh', 'upgrade'],
  dnf: ['dnf', '-y', '--refresh', 'upgrade'],
  microdnf: ['microdnf', '-y', 'upgrade'],
  tdnf: ['tdnf', '-y', 'upgrade'],
};

/**
 * Runs the upgrade of a root's own package manager in it, with the machine's network. Must run as root, or as root of a
 * user namespace that has the root's ids. Returns a fault, with the end of its output, where it fails.
 */
export async function upgradeRoot(root: string, packageManager: PackageManager): Promise<Outcome | undefined> {
  const argv = UPGRADES[packageManager];
  const { exitCode, all } = await execa('bwrap', [
    '--unshare-pid', '--die-with-parent', '--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin', '--setenv', 'HOME', '/root',
    '--bind', root, '/', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/cache',
    '--ro-bind', '/etc/resolv.conf', resolverFileOf(root), '--cap-add', 'ALL', '--', ...argv,
  ], { all: true, reject: false, stdin: 'ignore' });
  if (exitCode === 0) return undefined;
  return { kind: 'fault', why: `${argv.join(' ')} ended with ${String(exitCode)}: ${all.trim().split('\n').slice(-3).join(' ')}` };
}

/** Where a root has its resolv.conf: where its link leads, seen from inside, since a resolver of its own does not run. */
function resolverFileOf(root: string): string {
  const file = '/etc/resolv.conf';
  try {
    return posix.resolve('/etc', readlinkSync(join(root, file)));
  } catch {
    return file;
  }
}
