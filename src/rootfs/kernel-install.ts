import { posix } from 'node:path';

import type { RootFiles } from '../host/port.ts';

/**
 * Environment for the installation of packages, so that scriptlets of a kernel package make no initrd and no boot
 * entry: the boot stage makes them. kernel-install(8) exits at once if this is set, and rpm passes its environment to
 * scriptlets. Nothing of it stays in the image.
 */
export const WITHOUT_KERNEL_INSTALL: Readonly<Record<string, string>> = { KERNEL_INSTALL_BYPASS: '1' };

/** Folders of kernel-install(8), and what it and dracut's rescue plugin leave there: initrds, boot entries, folders by machine id. */
const LEFT: readonly (readonly [folder: string, names: RegExp])[] = [
  ['/boot', /^(?:initramfs-.*\.img|initrd-.*|vmlinuz-0-rescue-.*|[0-9a-f]{32})$/],
  ['/boot/efi', /^[0-9a-f]{32}$/],
  ['/efi', /^[0-9a-f]{32}$/],
  ['/boot/loader/entries', /\.conf$/],
];

/**
 * Removes the initrds and boot entries that scriptlets of a kernel package made all the same: an old kernel-install, such as
 * that of RHEL 8, does not know KERNEL_INSTALL_BYPASS. They name folders and the machine id of the build.
 */
export async function removeMadeBootFiles(files: RootFiles): Promise<void> {
  for (const [folder, names] of LEFT) {
    for (const name of (await files.list(folder)).filter((one) => names.test(one))) await files.remove(posix.join(folder, name));
  }
}
