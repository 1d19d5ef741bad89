import type { Row } from '../../row.ts';
import { systemPreset } from './presets.ts';

const license = 'LGPL-2.1-or-later AND GPL-2.0-or-later AND MIT';

/** Users of devices that udev's rules name and that `setup` does not have. */
const deviceGroups = ['input', 'kvm', 'render', 'sgx', 'plugdev', 'fax', 'tape', 'clock', 'netdev']
  .map((name) => `g ${name} -\n`).join('');

/** What the presets of a package's units go through, as in Fedora's systemd. */
const updateHelper = `#!/usr/bin/sh
# Called by the scriptlets of packages with units.
set -eu
command="$1"
shift
[ -x /usr/bin/systemctl ] || exit 0
case "$command" in
  install-system-units) systemctl --no-reload preset "$@" ;;
  remove-system-units)
    if [ -d /run/systemd/system ]; then systemctl --no-reload disable --now --no-warn "$@"
    else systemctl --no-reload disable --no-warn "$@"; fi ;;
  *) echo "$0: unknown command $command" >&2; exit 3 ;;
esac
`;

/** Priorities as in Fedora: what makes users runs before what makes their folders. */
const triggers = `%transfiletriggerin -P 1000500 -- /usr/lib/tmpfiles.d
systemd-tmpfiles --create || :

%transfiletriggerin -P 1000400 -- /usr/lib/systemd/catalog
journalctl --update-catalog || :
`;

/** The hardware database is compiled where its sources change. */
const udevTriggers = `%transfiletriggerin -P 1000600 -- /usr/lib/udev/hwdb.d
systemd-hwdb update --usr || :
`;

const ghost = (path: string, mode = 0o644) => ({ path, ghost: true as const, mode });

export const systemdRows: readonly Row[] = [
  {
    name: 'systemd',
    from: ['systemd', 'systemd-sysv', 'libnss-systemd', 'libnss-myhostname', 'libpam-systemd'],
    license,
    remove: [
      // Numbers of Debian's own users; setup has Fedora's.
      'usr/lib/sysusers.d/basic.conf', 'usr/lib/tmpfiles.d/debian.conf', 'usr/share/cruft/**', 'usr/lib/lsb/**',
      'usr/lib/systemd/system/default.target', 'usr/share/pam-configs/**', 'usr/share/factory/etc/pam.d/**',
      // Networking and resolving are packages of their own, presets come from the release.
      'usr/lib/systemd/system-preset/**', 'etc/systemd/system/**',
    ],
    attributes: Object.fromEntries(['etc/credstore', 'etc/credstore.encrypted'].map((path) =>
      [path, { mode: 0o700, owner: 'root', group: 'root' }])),
    provides: ['systemd-pam = {evr}', 'systemd-sysusers = {evr}', 'system-users-daemon'],
    requires: ['systemd-shared = {evr}', 'systemd-libs', 'sample-release-common'],
    requiresFirst: ['coreutils', 'bash'],
    recommends: ['systemd-udev', 'systemd-networkd', 'systemd-resolved', 'dbus'],
    add: [
      { path: 'usr/lib/sysusers.d/basic.conf', text: deviceGroups },
      { path: 'usr/lib/systemd/systemd-update-helper', text: updateHelper, mode: 0o755 },
      { path: 'usr/lib/systemd/system/default.target', link: 'multi-user.target' },
      { path: 'usr/lib/systemd/system-preset/90-default.preset', text: systemPreset },
      { path: 'usr/lib/systemd/system-preset/99-default-disable.preset', text: 'disable *\n' },
      { path: 'var/lib/systemd', directory: true }, { path: 'var/lib/systemd/catalog', directory: true },
      ghost('etc/machine-id', 0o444), ghost('var/lib/systemd/catalog/database'),
      { path: 'etc/locale.conf', text: 'LANG=C.UTF-8\n', config: true },
      { path: 'etc/vconsole.conf', text: 'KEYMAP=us\n', config: true },
    ],
    scripts: {
      // Nothing identifies the machine yet: the first boot writes it, or whoever makes the image.
      post: `[ -e /etc/machine-id ] || { : > /etc/machine-id; chmod 0444 /etc/machine-id; }
[ "$1" -ne 1 ] || systemctl preset-all || :
[ "$1" -ne 1 ] || systemctl --global preset-all || :`,
    },
    scriptlets: triggers,
  },
  { name: 'systemd-shared', from: ['libsystemd-shared'], license },
  {
    name: 'systemd-udev', from: ['udev', 'systemd-boot-tools', 'systemd-repart', 'systemd-cryptsetup'], license,
    without: { 'libfido2-1': 'only for tokens, loaded when asked for' },
    // The link points to a file that only a maintainer script of Debian's makes.
    remove: ['usr/lib/sysusers.d/**', 'etc/modules-load.d/**'],
    provides: ['udev = {evr}', 'systemd-repart = {evr}', 'systemd-cryptsetup = {evr}', 'systemd-boot-tools = {evr}'],
    requires: ['systemd = {evr}', 'kmod'],
    add: [{ path: 'usr/lib/udev/hwdb.bin', ghost: true, mode: 0o444 }],
    scriptlets: udevTriggers,
  },
  {
    name: 'systemd-networkd', license,
    from: [{
      deb: 'systemd',
      only: [
        'usr/lib/systemd/systemd-networkd', 'usr/lib/systemd/systemd-networkd-wait-online', 'usr/bin/networkctl',
        'usr/lib/systemd/system/systemd-networkd*', 'usr/lib/systemd/system/systemd-networkd*/**',
        'etc/systemd/networkd.conf', 'usr/share/dbus-1/system*/org.freedesktop.network1.*',
        'usr/share/polkit-1/actions/org.freedesktop.network1.policy', 'usr/lib/tmpfiles.d/systemd-network.conf',
        'usr/lib/sysusers.d/systemd-network.conf', 'usr/lib/systemd/network/*.network', 'usr/share/man/*/networkctl*',
        'usr/share/man/*/systemd-networkd*',
      ],
    }],
    summary: 'Manages networks', requires: ['systemd = {evr}'],
    units: ['systemd-networkd.service', 'systemd-networkd-wait-online.service', 'systemd-network-generator.service'],
    add: [{
      path: 'usr/lib/systemd/network/89-ethernet.network', text: '[Match]\nKind=!*\nType=ether\n\n[Network]\nDHCP=yes\n',
    }],
  },
  {
    name: 'systemd-resolved', from: ['systemd-resolved', 'libnss-resolve'], license, units: ['systemd-resolved.service'],
    remove: ['usr/sbin/resolvconf'],
  },
  {
    name: 'systemd-oomd', from: ['systemd-oomd'], license, units: ['systemd-oomd.service'],
    provides: ['systemd-oomd-defaults = {evr}'],
  },
  { name: 'systemd-container', from: ['systemd-container'], license },
  { name: 'systemd-boot-unsigned', from: ['systemd-boot-efi'], license },
  {
    name: 'systemd-boot', from: ['systemd-boot'], license, weaken: ['efibootmgr'],
    remove: ['etc/initramfs/**', 'usr/share/kernel/**'],
  },
  { name: 'systemd-ukify', from: ['systemd-ukify'], license, remove: ['usr/lib/systemd/boot/hwids/aa64/**'] },
  {
    name: 'zram-generator', from: ['systemd-zram-generator'], license: 'MIT',
    remove: ['usr/lib/systemd/zram-generator.conf', 'usr/lib/modules-load.d/**'],
  },
  {
    name: 'zram-generator-defaults', license: 'MIT',
    from: [{
      deb: 'systemd-zram-generator',
      only: ['usr/lib/systemd/zram-generator.conf', 'usr/lib/modules-load.d/20-zram-generator.conf'],
    }],
    summary: 'Swap on compressed memory, switched on', requires: ['zram-generator = {evr}'], arch: 'noarch',
  },

  // The message bus
  {
    name: 'dbus-common',
    from: ['dbus-session-bus-common', { deb: 'dbus-system-bus-common', only: ['usr/**'] }],
    provides: ['dbus-system-bus-common = {evr}'],
    requires: ['systemd'], arch: 'noarch',
    units: ['dbus.socket'],
    remove: ['usr/share/doc/dbus-system-bus-common/**'],
  },
  {
    name: 'dbus-broker', from: ['dbus-broker'], units: ['dbus-broker.service'],
    without: { 'systemd-sysv': 'in systemd', 'dbus-system-bus-common': 'dbus-common' },
    requires: ['dbus-common', 'systemd'],
    provides: ['dbus-system-bus', 'default-dbus-system-bus'],
  },
  {
    name: 'dbus-daemon', from: ['dbus-daemon', 'dbus'],
    without: { 'dbus-system-bus-common': 'dbus-common' }, requires: ['dbus-common'],
    move: { 'usr/lib/systemd/system/dbus.service': 'usr/lib/systemd/system/dbus-daemon.service' },
    remove: ['usr/lib/systemd/system/multi-user.target.wants/**', 'etc/default/**'],
    attributes: { 'usr/lib/dbus-1.0/dbus-daemon-launch-helper': { mode: 0o4750, owner: 'root', group: 'messagebus' } },
  },
  { name: 'dbus-tools', from: ['dbus-bin'] },
  {
    name: 'dbus', from: [{ deb: 'dbus', only: ['usr/share/doc/dbus/copyright'] }], arch: 'noarch',
    summary: 'The message bus of the system', requires: ['dbus-broker', 'dbus-common'],
  },
  {
    name: 'polkit', from: ['polkitd'], units: ['polkit.service'],
    without: { 'xml-core': 'the DTD is registered nowhere', 'default-logind': 'in systemd' },
    requires: ['dbus-common', 'systemd'],
  },
];
