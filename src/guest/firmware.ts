import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { ISA, type Firmware } from '../isa/rows.ts';

export type FirmwareKind = 'uefi' | 'uefi-secure-boot' | 'bios';

/** The firmware of the boot tools at `root`; undefined for BIOS. Throws `HewError` if that kind is missing. */
export async function findFirmware(host: Host, root: string, kind: FirmwareKind): Promise<Firmware | undefined> {
  if (kind === 'bios') return undefined;
  for (const firmware of ISA.x86_64.qemu.firmware[kind]) {
    if ((await host.fs.status(posix.join(root, firmware.code))) !== undefined) return firmware;
  }
  throw new HewError({
    code: 'no-firmware',
    message: `there is no UEFI firmware ${kind === 'uefi' ? '' : 'with Secure Boot '}for QEMU`,
    hint: 'install ovmf (edk2-ovmf on Fedora), or make the boot tools with `hew tools install --boot`',
  });
}
