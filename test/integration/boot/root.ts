import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findDebianMirror } from '../../../src/host/debian-mirror.ts';
import { makeTree, treePackages } from '../../../src/host/tools-tree.ts';
import type { Host } from '../../../src/host/port.ts';

/** A small system with a kernel and every loader, unpacked once and kept as a tree of its own. */
const PACKAGES = treePackages([
  'systemd', 'systemd-sysv', 'systemd-repart', 'systemd-boot-efi', 'udev', 'kmod', 'dbus', 'linux-image-amd64', 'mount', 'login', 'passwd', 'e2fsprogs',
  'xfsprogs', 'base-files', 'base-passwd', 'libc-bin', 'libpam-modules', 'libpam-runtime', 'dracut-core', 'cpio', 'zstd', 'procps',
  'grub-common', 'grub-pc-bin', 'grub-efi-amd64-signed', 'shim-signed',
]);

export const makeRootTree = async (cache: string): Promise<string> => {
  const { signal } = new AbortController();
  return makeTree({ cache, mirror: await findDebianMirror(undefined, signal), packages: PACKAGES, signal });
};

/** Copies the system into a folder and does there what its packages' scripts would have done. */
export async function fillRoot(host: Host, tree: string, root: string): Promise<void> {
  execFileSync('cp', ['--archive', '--no-target-directory', tree, root]);
  for (const name of readdirSync(join(root, 'dev'))) rmSync(join(root, 'dev', name), { recursive: true });
  for (const name of ['passwd', 'group']) execFileSync('cp', [join(root, `usr/share/base-passwd/${name}.master`), join(root, 'etc', name)]);
  const files: Readonly<Record<string, string>> = { 'etc/hostname': 'guest\n', 'etc/machine-id': '', 'etc/locale.conf': 'LANG=C.UTF-8\n' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  await host.run({ tool: 'ldconfig', args: [], view: { root } });
  await host.run({ tool: 'systemd-sysusers', args: [], view: { root } });
}
