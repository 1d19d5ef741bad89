import { type HandMade, type Row, same } from '../../row.ts';

/** Host keys are made at the first start of sshd, one service a type, as in Fedora. */
const keyTypes = ['rsa', 'ecdsa', 'ed25519'] as const;

const keygenService = `[Unit]
Description=OpenSSH %i Server Key Generation
ConditionFileNotEmpty=|!/etc/ssh/ssh_host_%i_key
PartOf=sshd.service sshd.socket

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t %i -f /etc/ssh/ssh_host_%i_key -C "" -N ""

[Install]
WantedBy=sshd-keygen.target
`;

const keygenTarget = `[Unit]
Wants=${keyTypes.map((type) => `sshd-keygen@${type}.service`).join(' ')}
PartOf=sshd.service sshd.socket
`;

const sshd = 'usr/lib/systemd/system/sshd.service';
const hostKeys = keyTypes.map((type) => `HostKey /etc/ssh/ssh_host_${type}_key\n`).join('');
const hyperv = ['kvp', 'vss'] as const;
/** Enabled everywhere, they fail where no hypervisor answers; Fedora's units carry this condition. */
const onHyperV = [['[Unit]\n', '[Unit]\nConditionVirtualization=microsoft\n']] as const;

/** What cloud-init is told about this distribution; Debian's answers are for Debian. */
const cloudSettings: HandMade = {
  path: 'etc/cloud/cloud.cfg.d/10_distro.cfg', config: true,
  text: `system_info:
  distro: azurelinux
  default_user:
    name: azureuser
    gecos: Cloud user
    groups: [wheel, adm, systemd-journal]
    sudo: ["ALL=(ALL) NOPASSWD:ALL"]
    shell: /bin/bash
    lock_passwd: true
  ssh_svcname: sshd
  network:
    renderers: [networkd]
`,
};

/** Services of a server in a cloud. */
export const serviceRows: readonly Row[] = [
  {
    name: 'openssh', from: ['openssh-common'],
  },
  {
    name: 'openssh-clients', from: ['openssh-client'],
    remove: ['usr/lib/systemd/user/graphical-session-pre.target.wants/**'],
    attributes: { 'usr/bin/ssh-agent': { mode: 0o2755, owner: 'root', group: '_ssh' } },
  },
  {
    name: 'openssh-server', from: ['openssh-server', 'openssh-sftp-server'],
    without: { 'libpam-runtime': 'in pam', 'runit-helper': 'systemd starts it', 'procps': 'of a maintainer script' },
    requires: ['openssh = {evr}', 'pam'],
    remove: ['usr/lib/systemd/system/sshd-keygen.service', 'usr/share/openssh/**', 'etc/default/**', 'usr/lib/sysusers.d/**'],
    move: {
      'usr/lib/systemd/system/ssh.service': sshd, 'usr/lib/systemd/system/ssh.socket': 'usr/lib/systemd/system/sshd.socket',
      'usr/share/openssh/sshd_config': 'etc/ssh/sshd_config',
    },
    edit: {
      [sshd]: [
        ['Alias=sshd.service\n', ''],
        ['After=network.target nss-user-lookup.target auditd.service',
          'After=network.target nss-user-lookup.target auditd.service sshd-keygen.target\nWants=sshd-keygen.target'],
      ],
      'etc/ssh/sshd_config': [['UsePAM yes', `UsePAM yes\n${hostKeys.trimEnd()}`]],
    },
    attributes: { 'etc/ssh/sshd_config': { mode: 0o600, owner: 'root', group: 'root' } },
    configuration: ['etc/ssh/sshd_config'],
    add: [
      { path: 'usr/lib/systemd/system/sshd-keygen@.service', text: keygenService },
      { path: 'usr/lib/systemd/system/sshd-keygen.target', text: keygenTarget },
      { path: 'etc/ssh/sshd_config.d', directory: true, mode: 0o700 },
      { path: 'usr/lib/sysusers.d/openssh-server.conf', text: 'u sshd - "Privilege-separated SSH" /run/sshd\n' },
    ],
    units: ['sshd.service', 'sshd.socket'],
  },
  {
    name: 'chrony', from: ['chrony'], units: ['chronyd.service', 'chrony-wait.service'],
    remove: [
      'etc/apparmor.d/**', 'usr/lib/NetworkManager/**', 'usr/lib/systemd/ntp-units.d/**', 'etc/default/**', 'etc/dhcp/**',
    ],
    move: {
      'usr/lib/systemd/system/chrony.service': 'usr/lib/systemd/system/chronyd.service',
      'usr/share/chrony/chrony.conf': 'etc/chrony/chrony.conf', 'usr/share/chrony/chrony.keys': 'etc/chrony/chrony.keys',
    },
    edit: {
      'usr/lib/systemd/system/chronyd.service': [['Alias=chronyd.service\n', '']],
      'etc/chrony/chrony.conf': [['2.debian.pool.ntp.org', 'pool.ntp.org']],
    },
    attributes: { 'etc/chrony/chrony.keys': { mode: 0o640, owner: 'root', group: '_chrony' } },
    configuration: ['etc/chrony/chrony.conf', 'etc/chrony/chrony.keys'],
  },
  {
    name: 'hyperv-daemons', from: ['hyperv-daemons'], license: 'GPL-2.0-only',
    move: {
      ...Object.fromEntries(hyperv.map((name) =>
        [`usr/lib/systemd/system/hv-${name}-daemon.service`, `usr/lib/systemd/system/hyperv${name}d.service`])),
      'usr/lib/systemd/system/hv-fcopy-uio-daemon.service': 'usr/lib/systemd/system/hypervfcopyd.service',
    },
    edit: {
      ...Object.fromEntries(['kvp', 'vss', 'fcopy'].map((name) => [`usr/lib/systemd/system/hyperv${name}d.service`, onHyperV])),
      'usr/lib/udev/rules.d/60-hyperv-daemons.rules': hyperv.map((name) =>
        [`hv-${name}-daemon.service`, `hyperv${name}d.service`] as const),
    },
    provides: ['hypervkvpd = {evr}', 'hypervvssd = {evr}', 'hypervfcopyd = {evr}'],
    units: ['hypervkvpd.service', 'hypervvssd.service', 'hypervfcopyd.service'],
  },
  {
    name: 'WALinuxAgent', from: ['waagent'], units: ['waagent.service'], provides: ['waagent = {evr}'],
    move: { 'usr/lib/systemd/system/walinuxagent.service': 'usr/lib/systemd/system/waagent.service' },
    requires: ['openssh', 'shadow-utils', 'iproute', 'util-linux', 'coreutils', 'findutils', 'grep', 'sed', 'hostname'],
  },
  {
    name: 'cloud-init', from: ['cloud-init'],
    without: {
      'eject': 'in util-linux', 'locales': 'locales are language packages', 'lsb-release': 'os-release says it',
      'netcat-openbsd': 'nmap-ncat has the same program',
      'firewalld': 'a conflict: Debian starts cloud-init before the message bus, this distribution after it, as Fedora does',
    },
    requires: [
      '/usr/bin/nc', 'iproute', 'sudo', 'shadow-utils', 'util-linux', 'systemd', 'coreutils', 'grep', 'sed', 'e2fsprogs',
    ],
    remove: ['etc/profile.d/**', 'etc/cloud/templates/sources.list*', 'usr/share/bash-completion/**'],
    edit: {
      'usr/lib/systemd/system/cloud-init-main.service': [
        ['After=systemd-remount-fs.service\n', 'After=systemd-remount-fs.service dbus.socket\nRequires=dbus.socket\n'],
      ],
      'usr/lib/systemd/system/cloud-init-local.service': [
        ['Before=sysinit.target\n', 'After=dbus.socket\nRequires=dbus.socket\nBefore=firewalld.target\n'],
        ['hv_kvp_daemon.service', 'hypervkvpd.service'],
      ],
      'usr/lib/systemd/system/cloud-init-network.service': [
        ['DefaultDependencies=no\n', ''], ['Before=sysinit.target\n', ''], ['sshd-keygen.service', 'sshd-keygen.target'],
      ],
    },
    add: [cloudSettings, { path: 'var/lib/cloud', directory: true }],
    units: [
      'cloud-init-main.service', 'cloud-init-local.service', 'cloud-init-network.service', 'cloud-config.service',
      'cloud-final.service', 'cloud-init-hotplugd.socket',
    ],
  },
  {
    name: 'cloud-utils-growpart', license: 'GPL-3.0-only',
    from: [{
      deb: 'cloud-guest-utils',
      only: ['usr/bin/growpart', 'usr/share/man/man1/growpart*', 'usr/share/doc/cloud-guest-utils/copyright'],
    }],
    arch: 'noarch', requires: ['util-linux', 'coreutils', 'gawk', 'grep', 'sed', '/usr/bin/sh'], summary: 'Grows a partition to its disk',
  },
  { name: 'dhcpcd', from: ['dhcpcd-base'], remove: ['usr/lib/resolvconf/**', 'etc/resolvconf/**'] },
  same('azure-vm-utils'),
  {
    name: 'irqbalance', from: ['irqbalance'], units: ['irqbalance.service'],
    without: { 'runit-helper': 'systemd starts it' },
  },
  {
    name: 'cronie', from: ['cronie', 'cron-daemon-common'], units: ['crond.service'],
    without: { 'sysvinit-utils': 'functions of init scripts', 'libpam-runtime': 'in pam' },
    remove: ['etc/cron.*/.placeholder', 'etc/default/**', 'etc/cron.yearly/**'],
    move: { 'usr/lib/systemd/system/cronie.service': 'usr/lib/systemd/system/crond.service' },
    attributes: {
      'var/spool/cron/crontabs': { mode: 0o1730, owner: 'root', group: 'crontab' },
      'usr/bin/crontab': { mode: 0o2755, owner: 'root', group: 'crontab' },
    },
    provides: ['crontabs = {evr}'],
  },
  { name: 'nftables', from: ['nftables'], units: ['nftables.service'] },
  {
    name: 'firewalld', from: ['firewalld', 'python3-firewall'], units: ['firewalld.service'],
    without: {
      'gir1.2-nm-1.0': 'NetworkManager is not here', 'default-dbus-system-bus': 'dbus', 'polkitd': 'only asks for passwords',
    },
    requires: ['dbus', 'nftables'],
    provides: ['firewalld-filesystem = {evr}', 'python3-firewall = {evr}'],
    move: {
      'usr/share/polkit-1/actions/org.fedoraproject.FirewallD1.server.policy.choice':
        'usr/share/polkit-1/actions/org.fedoraproject.FirewallD1.policy',
    },
  },
  {
    name: 'audit', from: ['auditd'], units: ['auditd.service', 'audit-rules.service'],
    remove: ['etc/default/**'],
    add: [{
      path: 'etc/audit/audit.rules', config: true, mode: 0o640,
      text: '-D\n-b 8192\n--backlog_wait_time 60000\n-f 1\n',
    }],
  },
  {
    name: 'sudo', from: ['sudo'],
    edit: { 'etc/sudoers': [['%sudo ALL=(ALL:ALL) ALL', '%wheel ALL=(ALL:ALL) ALL']] },
    attributes: { 'etc/sudoers': { mode: 0o440, owner: 'root', group: 'root' } },
    remove: ['usr/lib/systemd/system/sudo.service'],
  },
];
