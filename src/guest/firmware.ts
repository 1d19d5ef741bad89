import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';

export type FirmwareKind = 'uefi' | 'uefi-secure-boot' | 'bios';

/** Flash images of a UEFI firmware, as paths below `/` of the boot tools. QEMU has its own BIOS. */
export interface Firmware {
  readonly code: string;
  /** The initial variable store; each machine gets a copy. */
  readonly variables: string;
}

/** Paths on Debian and Fedora. The `.ms` stores have Microsoft's keys enrolled and Secure Boot on. */
const PLACES: Readonly<Record<Exclude<FirmwareKind, 'bios'>, readonly Firmware[]>> = {
  'uefi': [
    { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
    { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  ],
  'uefi-secure-boot': [
    { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' },
    { code: '/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd' },
  ],
};

/** The firmware of the boot tools at `root`; undefined for BIOS. Throws `HewError` if that kind is missing. */
export async function findFirmware(host: Host, root: string, kind: FirmwareKind): Promise<Firmware | undefined> {
  if (kind === 'bios') return undefined;
  for (const firmware of PLACES[kind]) {
    if ((await host.fs.status(posix.join(root, firmware.code))) !== undefined) return firmware;
  }
  throw new HewError({
    code: 'no-firmware',
    message: `there is no UEFI firmware ${kind === 'uefi' ? '' : 'with Secure Boot '}for QEMU`,
    hint: 'install ovmf (edk2-ovmf on Fedora), or make the boot tools with `hew tools install --boot`',
  });
}
