import { ANY_DEVICE } from '../apply/network.ts';
import { command, type Exporting } from './writer.ts';

/** The lines for `system`, besides accounts. */
export const exportSystem = ({ definition: { hardware, system, boot }, omit }: Exporting): readonly string[] => {
  const lines: string[] = [];
  if (system.locale !== undefined) lines.push(command('lang', [system.locale]));
  if (system.keymap !== undefined || system['keyboard-layouts'].length > 0) {
    lines.push(command('keyboard', [], { '--vckeymap': system.keymap, '--xlayouts': system['keyboard-layouts'] }));
  }
  if (system.timezone !== undefined)
    lines.push(command('timezone', [system.timezone], { '--utc': system['utc-clock'] }));
  else if (!system['utc-clock'])
    omit('system.utc-clock', 'kickstart says it together with a time zone, and there is none');
  for (const server of system['time-servers']) lines.push(command('timesource', [], { '--ntp-server': server }));
  if (system.selinux !== undefined) lines.push(command('selinux', [], { [`--${system.selinux}`]: true }));
  if (system.authselect !== undefined) lines.push(command('authselect', ['select', ...system.authselect]));
  const { enable, disable } = system.services;
  if (enable.length + disable.length > 0)
    lines.push(command('services', [], { '--enabled': enable, '--disabled': disable }));
  lines.push(...exportTarget(system['default-target'], omit), ...exportFirewall(system.firewall));
  const [arch = 'x86_64', ...otherArchs] = [hardware.arch ?? []].flat();
  for (const other of otherArchs.filter((one) => system['kernel-cmdline-by-arch'][one] !== undefined)) {
    omit(`system.kernel-cmdline-by-arch.${other}`, `a kickstart file has one kernel command line; that of ${arch} is written`);
  }
  const append = [...system['kernel-cmdline'], ...(system['kernel-cmdline-by-arch'][arch] ?? []), ...(system.fips ? ['fips=1'] : [])];
  if (append.length > 0 || boot !== undefined) {
    lines.push(
      command('bootloader', [], {
        '--append': append.length > 0 ? append.join(' ') : undefined,
        '--timeout': boot?.timeout,
        '--sdboot': boot?.loader === 'systemd-boot',
      }),
    );
  }
  return lines;
};

type System = Exporting['definition']['system'];

const exportTarget = (target: string | undefined, omit: Exporting['omit']): readonly string[] => {
  if (target === undefined) return [];
  if (target === 'multi-user.target') return ['skipx'];
  if (target === 'graphical.target') return ['xconfig --startxonboot'];
  omit('system.default-target', `kickstart knows multi-user.target and graphical.target, not ${target}`);
  return [];
};

const exportFirewall = (firewall: System['firewall']): readonly string[] =>
  firewall === undefined
    ? []
    : [
        command('firewall', [], {
          [firewall.enabled ? '--enabled' : '--disabled']: true,
          '--service': firewall.services,
          '--port': firewall.ports.map((port) => port.replace('/', ':')),
          '--trust': firewall.trust,
        }),
      ];

/** The host name and the devices. */
export const exportNetwork = ({ definition: { system }, omit }: Exporting): readonly string[] => [
  ...(system.hostname === undefined ? [] : [command('network', [], { '--hostname': system.hostname })]),
  ...system.network.flatMap((device) => {
    const v4 = device.addresses.filter((address) => !address.includes(':'));
    const v6 = device.addresses.filter((address) => address.includes(':'));
    if (device.method === 'none' || v4.length > 1 || v6.length > 1) {
      omit(`system.network."${device.device}"`, 'kickstart knows DHCP, or one IPv4 and one IPv6 address');
      return [];
    }
    const [ip, prefix] = (v4[0] ?? '').split('/');
    const isV6 = device.gateway?.includes(':') === true;
    return [
      command('network', [], {
        '--device': device.device === '' ? ANY_DEVICE : device.device,
        '--bootproto': device.method,
        '--ip': ip === '' ? undefined : ip,
        '--netmask': prefix === undefined ? undefined : netmask(Number(prefix)),
        '--ipv6': v6[0],
        [isV6 ? '--ipv6gateway' : '--gateway']: device.gateway,
        '--nameserver': device.nameservers,
        [device.ipv4 ? '--ipv4-dns-search' : '--ipv6-dns-search']: device['search-domains'],
        '--nodns': !device['automatic-dns'],
        '--nodefroute': !device['default-route'],
        '--noipv4': !device.ipv4,
        '--noipv6': !device.ipv6,
        '--mtu': device.mtu,
        '--onboot': device['on-boot'] ? 'yes' : 'no',
      }),
    ];
  }),
];

/** 24 is `255.255.255.0`. */
const netmask = (prefix: number): string =>
  [0, 8, 16, 24].map((start) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - start)))).join('.');
