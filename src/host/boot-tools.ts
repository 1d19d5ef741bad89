import { existsSync } from 'node:fs';
import { HewError } from '../errors.ts';
import { ISA } from '../isa/rows.ts';
import { BOOT_TOOLS } from '../tools.ts';
import { findTree, packagesOf } from './tools-tree.ts';
import type { ToolsOrigin } from './port.ts';

/** Debian packages of the tree for `hew boot`. */
export const BOOT_PACKAGES: readonly string[] = packagesOf(BOOT_TOOLS);

/** What a machine with its own tools also needs, as Fedora and Debian place it. */
const { qemu: QEMU } = ISA.x86_64;
const EMULATOR = `/usr/bin/${QEMU.system}`;

/**
 * Where QEMU and its firmware are: on the machine, if its own tools are used and it has them, otherwise in the tree of
 * `BOOT_PACKAGES`. Throws `HewError` if they are in neither place.
 */
export function findBootTools(cache: string, tools: ToolsOrigin): ToolsOrigin {
  const own = tools.origin === 'host' && existsSync(EMULATOR) && QEMU.firmware.uefi.some(({ code }) => existsSync(code));
  if (own) return tools;
  const tree = findTree(cache, BOOT_PACKAGES);
  if (tree !== undefined) return tree;
  throw new HewError({
    code: 'no-boot-tools',
    message: 'there is no tree of boot tools yet (QEMU and its UEFI firmware)',
    hint: 'make one with `hew tools install --boot`',
  });
}
