import { type Row, same } from '../../row.ts';

/** Programs that need nothing but their files. */
export const programRows: readonly Row[] = [
  same('acl'), same('attr'), same('brotli'), same('cpio'), same('diffutils'), same('ethtool'), same('hostname'),
  same('jq'), same('lsof'), same('lz4'), same('net-tools'), same('patch'), same('pigz'), same('symlinks'), same('time'),
  same('tree'), same('unzip'), same('whois'), same('zip'), same('zchunk'), same('tcpdump'),
  same('efibootmgr'), same('gdisk'), same('parted'), same('mokutil'), same('dmidecode'), same('logrotate'),
  {
    name: 'bzip2', from: ['bzip2'],
    remove: ['usr/bin/{bzdiff,bzcmp,bzgrep,bzegrep,bzfgrep}', 'usr/share/man/man1/bz{diff,cmp,grep,egrep,fgrep}*'],
  },
  same('man-pages', 'manpages'),
  same('groff-base'), same('gettext-runtime', 'gettext-base'),
  { name: 'bind-utils', from: ['bind9-dnsutils', 'bind9-host'] },
  {
    name: 'git', from: ['git', 'git-man'],
    without: { 'liberror-perl': 'scripts in Perl are left out', 'libcurl3t64-gnutls': 'libcurl-gnutls is the same library' },
    requires: ['libcurl-gnutls'],
    remove: [
      'usr/lib/git-core/git-{add--interactive,cvsserver,instaweb,send-email,svn,cvsimport,cvsexportcommit,archimport}',
      'usr/share/perl5/**', 'usr/share/gitweb/**', 'usr/share/git-core/contrib/**', 'usr/share/doc/git/contrib/**',
      'usr/share/doc/git/RelNotes/**', 'var/lib/git/**', 'etc/sv/**',
    ],
    license: 'GPL-2.0-only',
  },
  {
    name: 'iproute', from: ['iproute2'],
    without: { 'libdb5.3t64': 'only arpd needs it', 'libcap2-bin': 'only a hint for capsh' },
    remove: ['usr/sbin/arpd', 'usr/bin/arpd', 'usr/share/man/man8/arpd*'],
  },
  { name: 'nmap-ncat', from: ['ncat'], add: [{ path: 'usr/bin/nc', link: 'ncat' }] },
  { name: 'ncurses-term', from: ['ncurses-term'] },
  {
    name: 'nvme-cli', from: ['nvme-cli'],
    without: { 'uuid-runtime': 'a maintainer script makes host ids; hosts make their own' },
  },
  {
    name: 'pciutils', from: ['pciutils'], without: { 'pci.ids': 'hwdata holds it: through the library' },
  },
  { name: 'procps-ng', from: ['procps'], provides: ['procps = {evr}'] },
  { name: 'rsync', from: ['rsync'], remove: ['usr/share/rsync/scripts/**', 'usr/lib/systemd/system/**'] },
  same('tmux'),
  { name: 'usbutils', from: ['usbutils'] },
  same('wget'),
  { name: 'traceroute', from: ['traceroute'], add: [{ path: 'usr/bin/traceroute', link: 'traceroute.db' }] },
  {
    name: 'which', from: [{ deb: 'debianutils', only: ['usr/bin/which.debianutils', 'usr/share/doc/debianutils/copyright'] }],
    add: [{ path: 'usr/bin/which', link: 'which.debianutils' }],
    requires: ['/usr/bin/sh'],
    summary: 'Tells where a program lies', license: 'GPL-2.0-or-later',
  },
  {
    name: 'cracklib-dicts', from: ['cracklib-runtime'],
    remove: ['etc/cracklib/**', 'etc/cron.daily/**', 'etc/logcheck/**'],
    summary: 'Word lists and programs of cracklib',
  },

  // File systems and disks
  same('e2fsprogs', 'e2fsprogs', 'logsave'), same('xfsprogs'), same('btrfs-progs'), same('erofs-utils'), same('dosfstools'),
  { name: 'cryptsetup', from: ['cryptsetup-bin'] },
  { name: 'device-mapper', from: ['dmsetup'] },
  {
    name: 'device-mapper-event', from: ['dmeventd'], units: ['dm-event.socket'],
  },
  { name: 'lvm2', from: ['lvm2'], units: ['blk-availability.service', 'lvm2-monitor.service', 'lvm2-lvmpolld.socket'] },
  {
    name: 'util-linux',
    from: ['util-linux', 'mount', 'fdisk', 'bsdutils', 'bsdextrautils', 'login', 'eject'],
    weaken: ['sensible-utils'],
    provides: ['util-linux-core = {evr}'],
    units: ['fstrim.timer'],
    remove: ['usr/lib/udev/**', 'etc/default/**'],
  },
  { name: 'kbd', from: ['kbd'], without: { 'console-setup': 'not needed: systemd sets the console up' }, remove: ['etc/default/**'] },
  {
    name: 'man-db', from: ['man-db'], units: ['man-db.timer'],
    remove: ['etc/cron.daily/**', 'etc/cron.weekly/**', 'etc/apparmor.d/**'],
    add: [{ path: 'usr/lib/sysusers.d/man-db.conf', text: 'u man - "Manual pages" /var/cache/man\n' }],
  },
  { name: 'kmod', from: ['kmod'], add: [{ path: 'etc/depmod.d', directory: true }] },

  // dnf5's rest
  {
    name: 'dnf5-plugins',
    from: [{ deb: 'dnf5', only: ['usr/lib/x86_64-linux-gnu/dnf5/plugins/*.so', 'usr/share/dnf5/dnf5-plugins/**',
      'usr/share/dnf5/dnf5-plugins'] }],
    requires: ['dnf5 = {evr}', 'rpm-build-libs', 'json-c'],
    summary: 'Further commands of dnf5',
  },
  {
    name: 'libdnf5-plugin-appstream',
    from: [{
      deb: 'libdnf5-2',
      only: ['usr/lib/x86_64-linux-gnu/libdnf5/plugins/appstream.so', 'etc/dnf/libdnf5-plugins/appstream.conf'],
    }],
    requires: ['libdnf5 = {evr}', 'appstream'],
  },
];
