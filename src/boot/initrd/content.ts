import { PLATFORM_ROWS, type PlatformRow } from '../../platforms/rows.ts';

/**
 * What hew's own initrd is made of: names of programs, units, rules and modules, taken from the image where it has
 * them. It does what systemd documents for an initrd and no more: bootup(7), "Bootup in the initrd".
 */

const ROWS: readonly PlatformRow[] = PLATFORM_ROWS;

/** Modules by what they are for. What a kernel has built in, or lacks, is passed over. */
export const MODULES: Readonly<Record<string, readonly string[]>> = {
  'platforms': [...new Set(ROWS.flatMap(({ drivers = [] }) => drivers))],
  'disks': [
    'ahci', 'ata_piix', 'ata_generic', 'sd_mod', 'sr_mod', 'vmw_pvscsi', 'usb_storage',
    'uas',
  ],
  'buses and keyboards': ['xhci_pci', 'ehci_pci', 'uhci_hcd', 'usbhid', 'hid_generic', 'atkbd', 'i8042'],
  'file systems': [
    'ext4', 'xfs', 'btrfs', 'erofs', 'vfat', 'nls_cp437', 'nls_ascii', 'nls_iso8859_1', 'nls_utf8', 'udf', 'isofs',
    'overlay', 'squashfs', 'efivarfs', 'autofs4',
  ],
  'block devices': ['dm_mod', 'dm_verity', 'loop'],
  // File systems load checksum modules by name at run time. No dependency lists them.
  'checksums': [
    'crc32c', 'crc32c_cryptoapi', 'crc32c_intel', 'crc32c_generic', 'libcrc32c', 'xxhash_generic', 'sha256',
    'sha256_generic', 'blake2b_generic',
  ],
};

/** Without one of these an initrd cannot work. */
export const REQUIRED_PROGRAMS: readonly string[] = [
  '/usr/lib/systemd/systemd', '/usr/lib/systemd/systemd-journald', '/usr/lib/systemd/systemd-udevd',
  'systemctl', 'udevadm', 'kmod', 'mount',
];

/** Programs that are taken where they are; bare names are looked for in the folders of PATH. */
export const PROGRAMS: readonly string[] = [
  ...REQUIRED_PROGRAMS,
  // Links to kmod: the kernel calls /sbin/modprobe itself.
  'modprobe', 'insmod', 'lsmod', 'rmmod',
  'umount', 'fsck', 'fsck.ext4', 'e2fsck', 'journalctl', 'systemd-tmpfiles', 'systemd-sysusers',
  '/usr/lib/systemd/systemd-executor', '/usr/lib/systemd/systemd-fsck', '/usr/lib/systemd/systemd-modules-load',
  '/usr/lib/systemd/systemd-sysctl', '/usr/lib/systemd/systemd-sysroot-fstab-check',
  '/usr/lib/systemd/systemd-volatile-root',
  '/usr/lib/systemd/systemd-veritysetup', '/usr/lib/systemd/systemd-shutdown', '/usr/lib/systemd/systemd-cgroups-agent',
  '/usr/lib/systemd/systemd-validatefs',
  '/usr/lib/systemd/system-generators/systemd-fstab-generator',
  '/usr/lib/systemd/system-generators/systemd-gpt-auto-generator',
  '/usr/lib/systemd/system-generators/systemd-veritysetup-generator',
  '/usr/lib/systemd/system-generators/systemd-debug-generator',
  '/usr/lib/udev/ata_id', '/usr/lib/udev/scsi_id', '/usr/lib/udev/cdrom_id', '/usr/lib/udev/dmi_memory_id',
  '/usr/lib/udev/mtd_probe',
];

/** Features of dlopen notes whose libraries are taken though they are only suggested. */
export const FEATURES: ReadonlySet<string> = new Set(['blkid', 'mount', 'kmod', 'seccomp', 'acl', 'cryptsetup']);

/** Units, and the links in their `.wants` folders where both ends are here. */
export const UNITS: readonly string[] = [
  'initrd.target', 'initrd-fs.target', 'initrd-root-device.target', 'initrd-root-fs.target', 'initrd-usr-fs.target',
  'initrd-switch-root.target', 'initrd-switch-root.service', 'initrd-cleanup.service', 'initrd-parse-etc.service',
  'initrd-udevadm-cleanup-db.service',
  'basic.target', 'sysinit.target', 'sockets.target', 'slices.target', 'paths.target', 'timers.target',
  'swap.target', 'imports.target',
  'local-fs.target', 'local-fs-pre.target', 'remote-fs.target', 'remote-fs-pre.target', 'network.target',
  'network-online.target',
  'network-pre.target', 'time-set.target', 'modprobe@.service', 'system.slice', '-.slice',
  'cryptsetup.target', 'cryptsetup-pre.target', 'veritysetup.target', 'veritysetup-pre.target', 'integritysetup.target',
  'remote-cryptsetup.target', 'remote-veritysetup.target', 'blockdev@.target',
  'systemd-journald.service', 'systemd-journald.socket', 'systemd-journald-dev-log.socket',
  'systemd-journald-audit.socket',
  'systemd-udevd.service', 'systemd-udevd-control.socket', 'systemd-udevd-kernel.socket',
  'systemd-udevd-varlink.socket',
  'systemd-udev-trigger.service', 'systemd-udev-settle.service', 'systemd-udev-load-credentials.service',
  'systemd-modules-load.service', 'systemd-sysctl.service', 'kmod-static-nodes.service',
  'systemd-tmpfiles-setup-dev.service', 'systemd-tmpfiles-setup-dev-early.service', 'systemd-tmpfiles-setup.service',
  'systemd-fsck@.service', 'systemd-fsck-root.service', 'systemd-volatile-root.service', 'systemd-validatefs@.service',
  'emergency.target', 'shutdown.target', 'umount.target', 'final.target', 'halt.target', 'poweroff.target',
  'reboot.target', 'exit.target',
  'ctrl-alt-del.target', 'systemd-halt.service', 'systemd-poweroff.service', 'systemd-reboot.service',
  'systemd-exit.service',
];

/** Rules of udev by the beginning of their names. */
export const UDEV_RULES: readonly string[] = [
  '50-udev-default', '55-dm', '60-block', '60-cdrom_id', '60-persistent-storage', '60-serial', '64-btrfs',
  '64-ext4', '70-memory', '80-drivers', '90-vconsole', '95-dm-notify', '99-systemd', '90-image-dissect', '10-dm',
  '13-dm-disk',
  ...ROWS.flatMap(({ udevRules = [] }) => udevRules),
];

/** Files and folders taken whole where they are there. */
export const DATA: readonly string[] = [
  '/usr/lib/modprobe.d', '/etc/modprobe.d', '/usr/lib/tmpfiles.d/systemd.conf',
  '/usr/lib/tmpfiles.d/static-nodes-permissions.conf',
  '/usr/lib/sysctl.d/10-default-yama-scope.conf', '/usr/lib/sysctl.d/50-default.conf', '/usr/lib/os-release',
  '/usr/lib/systemd/system.conf',
  '/usr/lib/systemd/journald.conf', '/usr/lib/udev/udev.conf',
  '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/ld.so.cache', '/usr/lib/systemd/system/systemd-udevd.service.d',
  '/usr/lib/systemd/system/systemd-journald.service.d',
  '/usr/lib/systemd/system/systemd-udev-trigger.service.d', '/usr/lib/systemd/system/initrd-root-device.target.d',
];

/** Folders that programs expect, with their modes. */
export const INITRD_FOLDERS: Readonly<Record<string, number>> = {
  '/dev': 0o755, '/proc': 0o555, '/run': 0o755, '/sys': 0o555, '/sysroot': 0o755, '/tmp': 0o1777, '/var': 0o755,
  '/var/tmp': 0o1777, '/root': 0o700, '/etc': 0o755, '/sysusr': 0o755,
};

/** Groups that the rules of udev give devices to. */
export const GROUPS: readonly string[] = [
  'root', 'adm', 'tty', 'disk', 'kmem', 'input', 'video', 'audio', 'render', 'kvm', 'sgx', 'lp', 'cdrom', 'tape',
  'dialout', 'clock', 'floppy',
  'utmp', 'wheel', 'users', 'systemd-journal',
];
