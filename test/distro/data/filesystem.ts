import type { HandMade } from '../row.ts';

const numbers = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** Folders with other modes than 0755, as Fedora's `filesystem` has them. */
const modes: Readonly<Record<string, number>> = {
  'root': 0o550, 'proc': 0o555, 'sys': 0o555, 'boot': 0o555, 'tmp': 0o1777, 'var/tmp': 0o1777, 'usr/bin': 0o555,
  'usr/sbin': 0o555, 'usr/lib': 0o555, 'usr/lib64': 0o555,
};

/** Folders that every package may put files into and only `filesystem` owns; relative to the root. */
export const filesystemFolders: ReadonlySet<string> = new Set([
  'afs', 'boot', 'dev', 'etc', 'home', 'media', 'mnt', 'opt', 'proc', 'root', 'run', 'srv', 'sys', 'tmp', 'usr', 'var',
  'etc/X11', 'etc/bash_completion.d', 'etc/default', 'etc/ld.so.conf.d', 'etc/logrotate.d', 'etc/opt', 'etc/pam.d',
  'etc/pki', 'etc/pki/rpm-gpg', 'etc/pki/tls', 'etc/pki/tls/certs', 'etc/pki/tls/private', 'etc/profile.d',
  'etc/security', 'etc/skel', 'etc/ssl', 'etc/ssl/certs', 'etc/sysconfig', 'etc/systemd', 'etc/systemd/system',
  'etc/systemd/user', 'etc/xdg', 'etc/cron.d', 'etc/cron.daily', 'etc/cron.weekly', 'etc/cron.monthly',
  'etc/cron.hourly', 'etc/modprobe.d', 'etc/modules-load.d', 'etc/sysctl.d', 'etc/tmpfiles.d', 'etc/udev',
  'etc/udev/rules.d', 'etc/dbus-1', 'etc/dbus-1/system.d', 'etc/kernel', 'etc/sudoers.d', 'etc/yum.repos.d',
  'usr/bin', 'usr/games', 'usr/include', 'usr/lib', 'usr/lib64', 'usr/libexec', 'usr/local', 'usr/sbin', 'usr/share',
  'usr/src', 'usr/local/bin', 'usr/local/etc', 'usr/local/lib', 'usr/local/lib64', 'usr/local/sbin', 'usr/local/share',
  'usr/local/src', 'usr/local/libexec', 'usr/lib/locale', 'usr/lib/modprobe.d', 'usr/lib/modules', 'usr/lib/modules-load.d',
  'usr/lib/pkgconfig', 'usr/lib/sysctl.d', 'usr/lib/systemd', 'usr/lib/systemd/system', 'usr/lib/systemd/user',
  'usr/lib/systemd/system-preset', 'usr/lib/sysusers.d', 'usr/lib/tmpfiles.d', 'usr/lib/udev', 'usr/lib/udev/rules.d',
  'usr/lib/udev/hwdb.d', 'usr/lib/kernel', 'usr/lib/kernel/install.d', 'usr/lib/sysimage', 'usr/lib/debug',
  'usr/lib/firmware', 'usr/lib/environment.d', 'usr/lib/pam.d', 'usr/lib/x86_64-linux-gnu',
  'usr/lib/x86_64-linux-gnu/pkgconfig', 'usr/lib/x86_64-linux-gnu/security', 'usr/lib/python3',
  'usr/lib/python3/dist-packages', 'usr/share/aclocal', 'usr/share/applications', 'usr/share/bash-completion',
  'usr/share/bash-completion/completions', 'usr/share/dbus-1', 'usr/share/dbus-1/interfaces',
  'usr/share/dbus-1/services', 'usr/share/dbus-1/system.d', 'usr/share/dbus-1/system-services', 'usr/share/dict',
  'usr/share/doc', 'usr/share/fish', 'usr/share/fish/vendor_completions.d', 'usr/share/gettext',
  'usr/share/icons', 'usr/share/info', 'usr/share/licenses', 'usr/share/locale', 'usr/share/man', 'usr/share/metainfo',
  'usr/share/misc', 'usr/share/perl5', 'usr/share/pixmaps', 'usr/share/polkit-1', 'usr/share/polkit-1/actions',
  'usr/share/polkit-1/rules.d', 'usr/share/vim', 'usr/share/zsh', 'usr/share/zsh/site-functions',
  'usr/share/zsh/vendor-completions', 'usr/share/pam', 'usr/share/pam-configs', 'usr/share/common-licenses',
  ...numbers.map((number) => `usr/share/man/man${number}`),
  'var/adm', 'var/cache', 'var/db', 'var/empty', 'var/games', 'var/lib', 'var/lib/misc', 'var/lib/rpm-state', 'var/local',
  'var/log', 'var/nis', 'var/opt', 'var/preserve', 'var/spool', 'var/spool/mail', 'var/spool/lpd', 'var/tmp', 'var/yp',
]);

/** Links that are the same in every merged-/usr system. */
const links: Readonly<Record<string, string>> = {
  'bin': 'usr/bin', 'sbin': 'usr/sbin', 'lib': 'usr/lib', 'lib64': 'usr/lib64', 'usr/tmp': '../var/tmp',
  'var/lock': '../run/lock', 'var/mail': 'spool/mail', 'var/run': '../run',
};

/** Every path of the hand-made `filesystem` package. */
export const filesystemContent: readonly HandMade[] = [
  ...[...filesystemFolders].sort().map((path): HandMade => ({
    path, directory: true, mode: path === 'var/spool/mail' ? 0o775 : (modes[path] ?? 0o755),
    ...(path === 'var/spool/mail' ? { group: 'mail' } : {}),
  })),
  ...Object.entries(links).map(([path, link]): HandMade => ({ path, link })),
];
