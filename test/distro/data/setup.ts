import type { HandMade } from '../row.ts';

/** name, uid, gid, comment, home, shell: the users that Fedora's `setup` has. */
const users = [
  ['root', 0, 0, 'Super User', '/root', '/bin/bash'],
  ['bin', 1, 1, 'bin', '/bin', '/usr/sbin/nologin'],
  ['daemon', 2, 2, 'daemon', '/sbin', '/usr/sbin/nologin'],
  ['adm', 3, 4, 'adm', '/var/adm', '/usr/sbin/nologin'],
  ['lp', 4, 7, 'lp', '/var/spool/lpd', '/usr/sbin/nologin'],
  ['sync', 5, 0, 'sync', '/sbin', '/bin/sync'],
  ['mail', 8, 12, 'mail', '/var/spool/mail', '/usr/sbin/nologin'],
  ['operator', 11, 0, 'operator', '/root', '/usr/sbin/nologin'],
  ['games', 12, 100, 'games', '/usr/games', '/usr/sbin/nologin'],
  ['nobody', 65534, 65534, 'Kernel Overflow User', '/', '/usr/sbin/nologin'],
] as const;

/** Fedora's groups, and those of Debian that own files of its packages. */
const groups = {
  root: 0, bin: 1, daemon: 2, sys: 3, adm: 4, tty: 5, disk: 6, lp: 7, mem: 8, kmem: 9, wheel: 10, cdrom: 11, mail: 12,
  man: 15, dialout: 18, floppy: 19, games: 20, utmp: 22, video: 39, ftp: 50, lock: 54, audio: 63, users: 100, nobody: 65534,
  staff: 101, shadow: 42, crontab: 43, _ssh: 102,
} as const;

export const userNames = users.map(([name]) => name);
export const groupNames = Object.keys(groups);

const passwd = users.map((fields) => `${fields[0]}:x:${fields.slice(1).join(':')}\n`).join('');
const group = Object.entries(groups).map(([name, id]) => `${name}:x:${id}:\n`).join('');
/** No password opens any account; 0 days since 1970 would ask for a change at once, so the field stays empty. */
const shadow = users.map(([name]) => `${name}:!*::0:99999:7:::\n`).join('');
const gshadow = groupNames.map((name) => `${name}:::\n`).join('');

const profile = `# System-wide settings for login shells.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
export PATH
umask 022
for script in /etc/profile.d/*.sh; do
  [ -r "$script" ] && . "$script"
done
unset script
`;

/** IANA's numbers, those that firewalld's own services name. */
const protocols = Object.entries({
  ip: 0, icmp: 1, igmp: 2, tcp: 6, udp: 17, gre: 47, esp: 50, ah: 51, 'ipv6-icmp': 58, vrrp: 112, sctp: 132,
}).map(([name, id]) => `${name} ${id} ${name.toUpperCase()}\n`).join('');

/** Files that every package with a user writes to: rpm does not compare them, as in Fedora. */
const accounts = new Set(['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid']);

const file = (path: string, text: string, mode = 0o644): HandMade => ({ path: `etc/${path}`, text, mode, config: true, ...(accounts.has(path) ? { verify: false } : {}) });

export const setupContent: readonly HandMade[] = [
  file('passwd', passwd),
  file('group', group),
  file('shadow', shadow, 0o000),
  file('gshadow', gshadow, 0o000),
  file('subuid', ''),
  file('subgid', ''),
  file('profile', profile),
  file('bashrc', '[ -n "$PS1" ] && PS1="[\\u@\\h \\W]\\\\$ "\n'),
  file('environment', ''),
  file('shells', '/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n'),
  file('hosts', '127.0.0.1 localhost localhost.localdomain\n::1 localhost localhost.localdomain\n'),
  file('host.conf', 'multi on\n'),
  file('nsswitch.conf', [
    'passwd: files systemd', 'shadow: files', 'group: files [SUCCESS=merge] systemd',
    'hosts: files myhostname resolve [!UNAVAIL=return] dns', 'services: files', 'protocols: files', 'networks: files', '',
  ].join('\n')),
  file('protocols', protocols),
  file('networks', 'default 0.0.0.0\nloopback 127.0.0.0\n'),
  file('exports', ''),
  file('filesystems', 'ext4\next3\next2\nnodev proc\niso9660\nvfat\n*\n'),
  file('motd', ''),
  file('inputrc', 'set bell-style none\nset meta-flag on\nset convert-meta off\nset output-meta on\n'),
  { path: 'etc/fstab', ghost: true },
  { path: 'etc/motd.d', directory: true },
  { path: 'usr/lib/motd.d', directory: true },
];
