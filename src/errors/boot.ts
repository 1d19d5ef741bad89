import type { CodeRows } from './row.ts';

export const bootCodes = {
  'no-kernel': {
    cause: 'The image is for a disk and has no kernel.',
    remedy: 'Add the kernel package to `packages.install`.',
  },
  'no-os-release': {
    cause: 'The image has no os-release file, so boot entries have no name.',
    remedy: 'Add the release package of the distribution to `packages.install`.',
  },
  'initrd-program-missing': {
    cause: 'The image lacks a program that the initrd needs.',
    remedy: 'Install systemd, systemd-udev, kmod and util-linux, or set `boot.initrd = "dracut"`.',
  },
  'library-missing': {
    cause: 'A program of the initrd needs a shared library that the image does not have.',
    remedy: 'Install the package that provides it, or set `boot.initrd = "dracut"`.',
  },
  'module-missing': {
    cause: '`boot.initrd-drivers`, or a platform, names a kernel module that the image does not have.',
    remedy: 'Install the package with further modules (kernel-modules-extra on Fedora), or remove the name.',
  },
  'no-module-index': {
    cause: '`modules.dep` of the kernel is missing or empty.',
    remedy: 'See whether the scriptlet of the kernel package, which runs depmod(8), failed.',
  },
  'no-dracut': {
    cause: '`boot.initrd` is `dracut`, and the image has no dracut.',
    remedy: 'Add dracut to `packages.install`, or set `boot.initrd = "systemd"`.',
  },
  'no-initrd': {
    cause: 'dracut ended with status 0 and wrote no initrd.',
    remedy: 'Read its output with `--verbose`, or set `boot.initrd = "systemd"`.',
  },
  'no-loader': {
    cause: 'Neither the image nor the tools have the EFI program of the boot loader.',
    remedy: 'Add systemd-boot-unsigned to `packages.install`, or set `boot.loader = "grub2"`.',
  },
  'no-grub': {
    cause: '`boot.loader` is `grub2`, and the image has no GRUB for its firmware.',
    remedy: 'Add the packages of the hint to `packages.install`.',
  },
  'grub-bios': {
    cause: 'GRUB for BIOS does not fit into its place on the disk.',
    remedy: 'Add a partition with `mount = "biosboot"` of 1 MiB or more.',
  },
  'no-shim': {
    cause: '`boot.secure-boot` is `required`, and the image has no shim.',
    remedy: 'Add shim to `packages.install`, or set `boot.secure-boot = "if-signed"`.',
  },
  'not-signed': {
    cause: '`boot.secure-boot` is `required`, and firmware or shim would refuse a program of the boot chain.',
    remedy: 'Install the shim, GRUB and kernel that the distribution had signed, or set `boot.secure-boot = "if-signed"`.',
  },
} as const satisfies CodeRows;
