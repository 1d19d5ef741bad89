import { existsSync } from 'node:fs';

import { HewError } from '../errors.ts';
import { BOOT_TOOLS } from '../tools.ts';
import { isTreeMade, packagesOf, treePath } from './tools-tree.ts';
import type { ToolsOrigin } from './port.ts';

/** Debian packages of the tree that `hew boot` uses. */
export const BOOT_PACKAGES: readonly string[] = packagesOf(BOOT_TOOLS);

/** What a machine of its own that boots images has: the emulator, and firmware where Fedora and Debian keep it. */
const OWN = ['/usr/bin/qemu-system-x86_64', '/usr/bin/qemu-img'];
const FIRMWARE = ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/edk2/ovmf/OVMF_CODE.fd'];

/**
 * Where QEMU and its firmware are: the tree of `BOOT_PACKAGES`, else this machine's own.
 * Throws `HewError` where they are in neither place.
 */
export function findBootTools(cache: string): ToolsOrigin {
  const tree = treePath(cache, BOOT_PACKAGES);
  if (isTreeMade(tree)) return { origin: 'tree', root: tree };
  if (OWN.every((path) => existsSync(path)) && FIRMWARE.some((path) => existsSync(path))) return { origin: 'host', root: '/' };
  throw new HewError({
    code: 'no-boot-tools',
    message: 'this machine has no QEMU with UEFI firmware, and there is no tree of boot tools yet',
    hint: 'make one with `hew tools install --boot`',
  });
}
