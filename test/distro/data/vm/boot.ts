import type { Row } from '../../row.ts';

/**
 * The folder below EFI/ in which the signed shim and GRUB look for one another and for grub.cfg. It is compiled into
 * them; the table's `holds` checks that they still say so.
 */
export const vendor = 'debian';

const esp = 'boot/efi/EFI';
const license = 'GPL-3.0-or-later';
/** The firmware cannot ask for permissions; root alone may change what boots. */
const espFile = { mode: 0o700, owner: 'root', group: 'root' } as const;
const espFolder = (path: string) => ({ path, directory: true as const, mode: 0o700 });
const espFolders = ['boot/efi', esp, `${esp}/BOOT`, `${esp}/${vendor}`].map(espFolder);

const grub = 'usr/lib/grub/x86_64-efi-signed';
const signedGrub = `${esp}/${vendor}/grubx64.efi`;
const shim = { csv: `${esp}/${vendor}/BOOTX64.CSV`, x64: `${esp}/${vendor}/shimx64.efi`, mok: `${esp}/${vendor}/mmx64.efi` } as const;

/** Debian's packages name nothing that every Debian system has; their scripts use it all the same. */
const textTools = ['coreutils', 'findutils', 'gawk', 'grep', 'sed'] as const;

/** Debian's tools say `grub`, Fedora's `grub2`. */
const renamed = {
  bin: [
    'editenv', 'file', 'fstest', 'glue-efi', 'kbdcomp', 'menulst2cfg', 'mkfont', 'mkimage', 'mklayout', 'mknetdir',
    'mkpasswd-pbkdf2', 'mkrelpath', 'mkrescue', 'mkstandalone', 'mount', 'render-label', 'script-check', 'syslinux2cfg',
  ],
  sbin: ['install', 'macbless', 'mkconfig', 'probe', 'reboot', 'set-default'],
} as const;

const aliases = Object.entries(renamed).flatMap(([folder, names]) =>
  names.map((name) => ({ path: `usr/${folder}/grub2-${name}`, link: `grub-${name}` })));

/** Boot loaders and what makes initrds. */
export const bootRows: readonly Row[] = [
  {
    name: 'grub2-common', from: [{ deb: 'grub2-common', only: ['usr/share/locale/**', 'usr/share/doc/grub2-common/copyright'] }],
    license, arch: 'noarch', summary: 'Folders and translations of GRUB',
    add: [
      { path: 'boot/grub2', directory: true, mode: 0o700 }, ...espFolders.slice(0, 2), espFolder(`${esp}/${vendor}`),
      { path: 'etc/default/grub', config: true, text: [
        'GRUB_TIMEOUT=5', 'GRUB_DEFAULT=saved', 'GRUB_DISABLE_SUBMENU=true', 'GRUB_TERMINAL_OUTPUT="console"',
        'GRUB_DISABLE_RECOVERY="true"', 'GRUB_ENABLE_BLSCFG=true', '',
      ].join('\n') },
    ],
  },
  {
    name: 'grub2-tools', from: ['grub2-common'], license,
    without: { 'grub-common': 'merged upstream in Debian', 'os-prober': 'looks for other systems on the disk' },
    remove: [
      'etc/grub.d/05_debian_theme', 'etc/grub.d/20_linux_xen', 'etc/grub.d/30_os-prober', 'etc/kernel/**',
      'usr/sbin/update-grub*', 'usr/share/apport/**', 'usr/share/grub/default/**', 'usr/lib/systemd/system/**',
      'usr/lib/systemd/**', 'etc/default/**', 'usr/share/info/**', 'usr/share/man/man8/update-grub*',
    ],
    requires: ['grub2-common = {evr}', 'bash', ...textTools],
    provides: ['grub2-tools-minimal = {evr}', 'grub2-tools-extra = {evr}', 'grubby-grub2'],
    add: aliases,
  },
  {
    name: 'grub2-efi-x64', license,
    from: [{
      deb: 'grub-efi-amd64-signed', only: [`${grub}/grubx64.efi.signed`, 'usr/share/doc/grub-efi-amd64-signed/copyright'],
    }],
    summary: 'GRUB for UEFI, signed', requires: ['grub2-common', 'efi-filesystem'],
    recommends: ['grub2-tools', 'shim', 'efibootmgr'],
    move: { [`${grub}/grubx64.efi.signed`]: signedGrub },
    holds: { [signedGrub]: `/EFI/${vendor}` },
    attributes: { [signedGrub]: espFile },
    add: [
      { path: `${esp}/${vendor}/grub.cfg`, ghost: true, mode: 0o700 },
      { path: 'etc/grub2-efi.cfg', link: '../boot/grub2/grub.cfg' },
    ],
  },
  {
    name: 'grub2-efi-x64-modules', from: ['grub-efi-amd64-bin'], license, arch: 'noarch',
    without: { 'grub-efi-amd64-unsigned': 'grub2-efi-x64 is the signed one', 'grub2-common': 'modules need no program' },
    requires: ['grub2-common'],
  },
  {
    name: 'grub2-pc-modules', from: ['grub-pc-bin'], license, arch: 'noarch',
    without: { 'grub2-common': 'modules need no program' }, requires: ['grub2-common'],
    remove: ['usr/lib/grub/i386-pc/grub-bios-setup'],
  },
  {
    name: 'grub2-pc', license,
    from: [{ deb: 'grub-pc-bin', only: ['usr/lib/grub/i386-pc/grub-bios-setup', 'usr/share/doc/grub-pc-bin/copyright'] }],
    summary: 'GRUB for BIOS', requires: ['grub2-common', 'grub2-tools', 'grub2-pc-modules = {evr}'],
    add: [
      { path: 'etc/grub2.cfg', link: '../boot/grub2/grub.cfg' },
      { path: 'usr/sbin/grub2-bios-setup', link: '../lib/grub/i386-pc/grub-bios-setup' },
      { path: 'boot/grub2/grub.cfg', ghost: true, mode: 0o600 },
    ],
  },
  {
    name: 'shim', license: 'BSD-2-Clause',
    from: [
      { deb: 'shim-signed', only: ['usr/lib/shim/shimx64.efi.signed', 'usr/share/doc/shim-signed/copyright'] },
      { deb: 'shim-helpers-amd64-signed', only: ['usr/lib/shim/{fb,mm}x64.efi.signed'] },
      { deb: 'shim-unsigned', only: ['usr/lib/shim/BOOTX64.CSV'] },
    ],
    summary: 'First loader for Secure Boot, signed by Microsoft', requires: ['efi-filesystem'],
    provides: ['shim-x64 = {evr}', 'shim-signed = {evr}'],
    move: {
      'usr/lib/shim/shimx64.efi.signed': shim.x64, 'usr/lib/shim/fbx64.efi.signed': `${esp}/BOOT/fbx64.efi`,
      'usr/lib/shim/mmx64.efi.signed': shim.mok, 'usr/lib/shim/BOOTX64.CSV': shim.csv,
    },
    copy: { [`${esp}/BOOT/BOOTX64.EFI`]: shim.x64, [`${esp}/BOOT/mmx64.efi`]: shim.mok, [`${esp}/${vendor}/shim.efi`]: shim.x64 },
    // The list of boot entries is UTF-16.
    holds: { [shim.csv]: Buffer.from(`shimx64.efi,${vendor},`, 'utf16le').toString('latin1') },
    attributes: Object.fromEntries([shim.x64, shim.mok, shim.csv, `${esp}/BOOT/fbx64.efi`].map((path) => [path, espFile])),
  },
  {
    name: 'shim-unsigned-x64', license: 'BSD-2-Clause',
    from: [{ deb: 'shim-unsigned', only: ['usr/lib/shim/*.efi', 'usr/share/doc/shim-unsigned/copyright'] }],
    summary: 'First loader for Secure Boot, not signed',
    move: Object.fromEntries(['shim', 'fb', 'mm'].map((name) =>
      [`usr/lib/shim/${name}x64.efi`, `usr/share/shim/x64/${name}x64.efi`])),
  },
  {
    name: 'efi-filesystem', from: [], version: '6', license: 'LicenseRef-Public-Domain', arch: 'noarch',
    summary: 'Folders of the EFI system partition', add: espFolders,
  },
  {
    name: 'dracut', from: ['dracut-core', 'dracut-install', 'dracut'],
    without: { 'initscripts': 'systemd', 'linux-base': 'links to kernels of maintainer scripts' },
    remove: [
      'etc/kernel/**', 'usr/lib/dracut/dracut.conf.d/01-debian.conf', 'usr/lib/dracut/dracut.conf.d/{generic,fips}/**',
      'usr/share/pkgconfig/**',
    ],
    add: [
      { path: 'usr/lib/dracut/dracut.conf.d/01-dist.conf', text: [
        'i18n_vars="/etc/vconsole.conf:KEYMAP,FONT,FONT_MAP,FONT_UNIMAP /etc/locale.conf:LANG"',
        'i18n_default_font="eurlatgr"', 'i18n_install_all="no"', '',
      ].join('\n') },
      { path: 'etc/dracut.conf.d', directory: true },
    ],
    requires: ['systemd-udev', 'util-linux', 'procps-ng', 'gzip', 'zstd', 'cpio', 'bash', ...textTools],
  },
  { name: 'dracut-network', from: ['dracut-network'] },
  {
    name: 'dracut-config-generic', arch: 'noarch', requires: ['dracut'],
    from: [{ deb: 'dracut-core', only: ['usr/lib/dracut/dracut.conf.d/generic/11-generic.conf'] }],
    summary: 'An initrd that boots on every machine',
    move: { 'usr/lib/dracut/dracut.conf.d/generic/11-generic.conf': 'usr/lib/dracut/dracut.conf.d/02-generic-image.conf' },
  },
  {
    name: 'dracut-fips', arch: 'noarch', requires: ['dracut', 'openssl-fips-provider'],
    from: [{ deb: 'dracut-core', only: ['usr/lib/dracut/dracut.conf.d/fips/10-fips.conf'] }],
    summary: 'FIPS checks in the initrd',
    move: { 'usr/lib/dracut/dracut.conf.d/fips/10-fips.conf': 'usr/lib/dracut/dracut.conf.d/40-fips.conf' },
  },
];
