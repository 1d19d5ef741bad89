import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findDebianMirror } from '../../src/host/debian-mirror.ts';
import { makeTree, treePackages } from '../../src/host/tools-tree.ts';

/** Where another tool runs, and what it is given. */
export interface PeerPlaces {
  /** hew's cache folder, where the tree of the tool is kept. */
  readonly cache: string;
  /** Absolute path of an empty folder of its own. */
  readonly work: string;
  /** Absolute path of the sample distribution. */
  readonly sample: string;
  readonly packages: readonly string[];
}

/** Makes the tools tree of a peer, once, from the same Debian suite as hew's own. Returns its folder. */
export async function peerTree(cache: string, debian: readonly string[]): Promise<string> {
  const signal = new AbortController().signal;
  const mirror = await findDebianMirror(undefined, signal);
  return makeTree({ cache, mirror, packages: treePackages(debian), signal });
}

/**
 * argv that enters a tree as root, with the accounts that rpm needs to know. By pivot_root, which bubblewrap does: in
 * a chroot mkosi cannot make namespaces of its own.
 */
export function enterTree(tree: string, { work, sample }: PeerPlaces, more: readonly string[]): string[] {
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'passwd'), 'root:x:0:0:root:/root:/bin/bash\n');
  writeFileSync(join(work, 'group'), 'root:x:0:\n');
  return [
    'bwrap', '--bind', tree, '/', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/tmp',
    '--bind', work, work, '--ro-bind', sample, sample,
    '--ro-bind', join(work, 'passwd'), '/etc/passwd', '--ro-bind', join(work, 'group'), '/etc/group',
    '--cap-add', 'ALL', '--setenv', 'USER', 'root', '--setenv', 'HOME', work, '--setenv', 'PATH', '/usr/sbin:/usr/bin',
    ...more, '--',
  ];
}

/** What hew gives the kernels of its images too; without the first a guest would ask questions and wait. */
export const KERNEL_ARGUMENTS = 'systemd.firstboot=no console=tty0 console=ttyS0';

/** The EFI system partition of profiles/vm.toml. */
export const ESP_MIB = 200;
