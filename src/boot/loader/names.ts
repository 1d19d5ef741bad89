/** What UEFI and the boot loaders call an architecture: UEFI specification 3.5.1.1, Removable Media Boot Behavior. */
export interface EfiNames {
  /** In file names of systemd-boot, shim and GRUB. */
  readonly short: string;
  /** File of the removable-media path. */
  readonly removable: string;
}

export const EFI_NAMES: Readonly<Record<'x86_64' | 'aarch64', EfiNames>> = {
  x86_64: { short: 'x64', removable: 'EFI/BOOT/BOOTX64.EFI' },
  aarch64: { short: 'aa64', removable: 'EFI/BOOT/BOOTAA64.EFI' },
};
