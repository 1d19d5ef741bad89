import { applied, ignored, refused, type CommandRow } from './row.ts';

const VIRTUAL_DEVICE = [
  'hew sets up plain devices only',
  'write the configuration of the network service in `files`',
] as const;
const NO_NETWORK_KEY = ['hew has no key for it', 'write the configuration of the network service in `files`'] as const;
const INSTALLER_NETWORK = 'it concerns the network of the installer';
const GRUB_PASSWORD = ['hew sets no boot loader password', 'configure it in %post'] as const;
const NEW_DISK = 'the disk of an image is new, empty and the only one';

/** The system that is made. */
export const systemCommands: readonly CommandRow[] = [
  applied('lang', 'sets the locale', {
    words: [1, 1],
    options: '--addsupport=,',
    refuse: {
      '--addsupport': ['it adds packages that differ by distribution', 'list the langpacks packages in %packages'],
    },
  }),
  applied('keyboard', 'sets the console keymap and the X11 layouts', {
    words: [0, 1],
    options: '--vckeymap= --xlayouts=, --switch=,',
    refuse: { '--switch': ['hew has no key for it', 'write /etc/X11/xorg.conf.d/00-keyboard.conf in `files`'] },
  }),
  applied('timezone', 'sets the time zone, the hardware clock and, in older files, NTP', {
    words: [0, 1],
    options: '--utc|--isUtc --nontp! --ntpservers=,!',
    rules: { needsOne: 'WORD --utc --nontp --ntpservers', excludes: ['--nontp --ntpservers'] },
  }),
  applied('timesource', 'sets the NTP servers, or turns chronyd off', {
    options: '--ntp-disable --ntp-server= --ntp-pool= --nts',
    rules: {
      needsOne: '--ntp-disable --ntp-server --ntp-pool',
      excludes: ['--ntp-disable --ntp-server --ntp-pool'],
    },
    refuse: { '--nts': ['hew has no key for it', 'write the server into /etc/chrony.conf in %post'] },
  }),
  applied('network', 'sets the host name and plain devices, by DHCP or static', {
    options:
      '--hostname= --device= --bootproto= --ip= --netmask= --gateway= --nameserver=, --ipv6= --ipv6gateway= ' +
      '--onboot=? ' +
      '--activate --no-activate --noipv4 --noipv6 --nodns --nodefroute --mtu=# --dhcpclass= --ethtool= ' +
      '--essid= --wepkey= ' +
      '--wpakey= --bondslaves= --bondopts= --bridgeslaves= --bridgeopts= --teamslaves= --teamconfig= --vlanid= ' +
      '--interfacename= --bindto= --ipv4-dns-search=, --ipv6-dns-search=, --ipv4-ignore-auto-dns ' +
      '--ipv6-ignore-auto-dns ' +
      '--notksdevice!',
    rules: { choices: { '--bindto': 'mac' } },
    ignore: {
      '--activate': INSTALLER_NETWORK,
      '--no-activate': INSTALLER_NETWORK,
      '--notksdevice': INSTALLER_NETWORK,
      '--bindto': 'a device is bound to what `--device` names: a name or a MAC address',
    },
    refuse: {
      '--bondslaves': VIRTUAL_DEVICE,
      '--bondopts': VIRTUAL_DEVICE,
      '--bridgeslaves': VIRTUAL_DEVICE,
      '--bridgeopts': VIRTUAL_DEVICE,
      '--teamslaves': VIRTUAL_DEVICE,
      '--teamconfig': VIRTUAL_DEVICE,
      '--vlanid': VIRTUAL_DEVICE,
      '--interfacename': VIRTUAL_DEVICE,
      '--essid': VIRTUAL_DEVICE,
      '--wepkey': VIRTUAL_DEVICE,
      '--wpakey': VIRTUAL_DEVICE,
      '--dhcpclass': NO_NETWORK_KEY,
      '--ethtool': NO_NETWORK_KEY,
    },
  }),
  applied('rootpw', 'sets the password hash of root, or locks root', {
    words: [0, 1],
    options: '--iscrypted --plaintext --lock --allow-ssh',
  }),
  applied('user', 'makes an account', {
    rules: { needs: '--name' },
    options:
      '--name= --groups=, --homedir= --password= --iscrypted --plaintext --lock --shell= --uid=# --gid=# --gecos=',
  }),
  applied('group', 'makes a group', { options: '--name= --gid=#', rules: { needs: '--name' } }),
  applied('sshkey', 'adds a line to authorized_keys', {
    words: [1, 1],
    options: '--username=',
    rules: { needs: '--username' },
  }),
  applied('services', 'enables and disables units', { options: '--enabled=, --disabled=,' }),
  applied('selinux', 'sets the SELinux mode', { options: '--enforcing --permissive --disabled' }),
  applied('firewall', 'configures firewalld, which must be installed', {
    options:
      '--enabled|--enable --disabled|--disable --trust=, --port=, --service=, --remove-service=, ' +
      '--use-system-defaults ' +
      '--ssh! --telnet! --smtp! --http! --ftp! --high! --medium!',
    refuse: {
      '--remove-service': ['hew only adds to a zone', 'run firewall-offline-cmd in %post'],
      '--telnet': ['there is no telnet service in firewalld’s default set', 'use `--port=23:tcp`'],
    },
    ignore: {
      '--high': 'it has had no effect for many releases',
      '--medium': 'it has had no effect for many releases',
    },
  }),
  applied('bootloader', 'sets kernel arguments and the menu’s timeout', {
    rules: { choices: { '--location': 'mbr partition none boot' } },
    options:
      '--append= --location= --timeout=# --disabled --sdboot --boot-drive= --driveorder=, --leavebootorder --nombr ' +
      '--password= --iscrypted --md5pass=! --extlinux --default= --upgrade! --useLilo! --lba32! --linear! ' +
      '--nolinear! --hvargs=!',
    ignore: {
      '--boot-drive': NEW_DISK,
      '--driveorder': NEW_DISK,
      '--leavebootorder': 'an image changes no firmware settings',
      '--nombr': 'hew writes a boot sector only where the firmware is BIOS',
      '--lba32': 'it has had no effect for many releases',
      '--linear': 'it has had no effect for many releases',
      '--nolinear': 'it has had no effect for many releases',
      '--upgrade': 'an image is always made from nothing',
    },
    refuse: {
      '--password': GRUB_PASSWORD,
      '--iscrypted': GRUB_PASSWORD,
      '--md5pass': GRUB_PASSWORD,
      '--extlinux': [
        'hew installs systemd-boot, GRUB or a unified kernel image',
        'set `boot.loader` in the definition',
      ],
      '--default': ['an image holds one kernel entry', 'remove the option'],
      '--useLilo': ['LILO is gone', 'remove the option'],
      '--hvargs': ['hew sets up no hypervisor', 'remove the option'],
    },
  }),
  applied('authselect', 'selects an authselect profile', { verbatim: true }),
  applied('authconfig auth', 'accepted while it only says what is the default (shadow, SHA-512)', {
    deprecated: true,
    verbatim: true,
  }),
  applied('skipx', 'boots to multi-user.target'),
  applied('xconfig', 'boots to graphical.target with `--startxonboot`', {
    options:
      '--startxonboot --defaultdesktop= --noprobe! --card=! --videoram=! --monitor=! --hsync=! --vsync=! ' +
      '--resolution=! ' +
      '--depth=! --server=! --driver=!',
    refuse: { '--defaultdesktop': ['hew has no key for it', 'write /etc/sysconfig/desktop in `files`'] },
  }),
  refused('realm', 'joining a domain needs its secret, which must not be in an image', 'join at first boot', {
    words: [0, 99],
    options:
      '--computer-ou= --no-password --one-time-password= --client-software= --membership-software= ' +
      '--server-software=',
  }),
  ignored(
    'firstboot',
    'it concerns the questions after an interactive installation; the service is there if its package is',
    {
      options: '--enable|--enabled --disable|--disabled --reconfig',
    },
  ),
];
