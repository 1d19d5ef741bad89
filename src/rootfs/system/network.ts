import { digestOf } from '../../digest.ts';
import type { Definition } from '../../definition/index.ts';
import type { System } from './context.ts';
import { NETWORK_MANAGER } from './requirements.ts';

export type NetworkDevice = Definition['system']['network'][number];

/** Kickstart's name for any wired interface. */
const ANY_DEVICE = 'link';
const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
const RESOLVED = '/usr/lib/systemd/systemd-resolved';

/** Writes a profile for each device, for NetworkManager if it is installed, otherwise for systemd-networkd. */
export async function setNetwork(system: System): Promise<void> {
  const devices = system.settings.network;
  if (devices.length === 0) return;
  if ((await system.find(NETWORK_MANAGER)) !== undefined) {
    for (const device of devices) {
      // NetworkManager refuses keyfiles that others may read, because they may hold secrets.
      const path = `/etc/NetworkManager/system-connections/${fileStem(device)}.nmconnection`;
      await system.set(path, keyfile(device), { mode: 0o600 });
    }
    return;
  }
  if (devices.some((device) => device.nameservers.length + device['search-domains'].length > 0) && (await system.find([RESOLVED])) === undefined) {
    throw system.refuse('system.network', {
      code: 'needs-package',
      message: '`nameservers` and `search-domains` of `system.network` need systemd-resolved beside systemd-networkd, and it is not in the image',
      hint: 'add systemd-resolved to packages.install, or leave them out',
    });
  }
  for (const [index, device] of byPrecision(devices).entries()) {
    const number = device.device === ANY_DEVICE ? Math.max(index, GENERAL_NUMBER) : index;
    await system.set(`/etc/systemd/network/${String(number).padStart(2, '0')}-${fileStem(device)}.network`, networkFile(device));
  }
}

/** cloud-init writes `10-cloud-init-eth0.network`, which goes before `10-link.network` and behind a named device. */
const GENERAL_NUMBER = 10;

/** networkd uses the first file that matches: names and MAC addresses first, then patterns, then any wired interface. */
const byPrecision = (devices: readonly NetworkDevice[]): readonly NetworkDevice[] => {
  const rank = ({ device }: NetworkDevice): number => (device === ANY_DEVICE ? 2 : /[*?[!]/.test(device) ? 1 : 0);
  return devices.toSorted((a, b) => rank(a) - rank(b));
};

const fileStem = ({ device }: NetworkDevice): string => device.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '-');

/** systemd.network(5). */
export function networkFile(device: NetworkDevice): string {
  const { method, addresses, nameservers, mtu } = device;
  const gateway = gatewayOf(device);
  const domains = device['search-domains'];
  const link = [
    ...(mtu === undefined ? [] : [`MTUBytes=${mtu}`]),
    ...(device['on-boot'] ? [] : ['ActivationPolicy=manual', 'RequiredForOnline=no']),
  ];
  const learnt = [
    ...(device['automatic-dns'] ? [] : ['UseDNS=no']),
    ...(device['default-route'] ? [] : ['UseGateway=no']),
  ];
  return sections({
    Match: [matchLine(device.device)],
    ...(link.length === 0 ? {} : { Link: link }),
    Network: [
      `DHCP=${method === 'dhcp' ? dhcpFor(device) : 'no'}`,
      ...(method === 'none' || !device.ipv6 ? ['LinkLocalAddressing=no', 'IPv6AcceptRA=no'] : []),
      ...addresses.map((address) => `Address=${address}`),
      ...(gateway === undefined ? [] : [`Gateway=${gateway}`]),
      ...nameservers.map((server) => `DNS=${server}`),
      ...(domains.length === 0 ? [] : [`Domains=${domains.join(' ')}`]),
    ],
    ...(learnt.length === 0 ? {} : { DHCPv4: learnt, DHCPv6: learnt.filter((line) => line.startsWith('UseDNS')), IPv6AcceptRA: learnt }),
  });
}

/** NetworkManager refuses a profile with a gateway that it may not use. */
const gatewayOf = ({ gateway, 'default-route': isUsed }: NetworkDevice): string | undefined => (isUsed ? gateway : undefined);

const dhcpFor = ({ ipv4, ipv6 }: NetworkDevice): string => (ipv4 && ipv6 ? 'yes' : ipv4 ? 'ipv4' : 'ipv6');

function matchLine(device: string): string {
  // Containers and tunnels have the type ether too; only hardware has no Kind.
  if (device === ANY_DEVICE) return 'Type=ether\nKind=!*';
  return MAC.test(device) ? `MACAddress=${device.replaceAll('-', ':').toLowerCase()}` : `Name=${device}`;
}

/** A connection for NetworkManager: nm-settings-keyfile(5). Its identifier is derived from the name, so it is reproducible. */
export function keyfile(device: NetworkDevice): string {
  const { method, addresses, nameservers, mtu } = device;
  const gateway = gatewayOf(device);
  const domains = device['search-domains'];
  const isV6 = (address: string): boolean => address.includes(':');
  const family = (wanted: boolean): string[] => {
    if (!(wanted ? device.ipv6 : device.ipv4)) return ['method=disabled'];
    const own = addresses.filter((address) => isV6(address) === wanted);
    const servers = nameservers.filter((server) => isV6(server) === wanted);
    const gate = gateway !== undefined && isV6(gateway) === wanted ? [`gateway=${gateway}`] : [];
    return [
      `method=${methodFor(method, own.length > 0)}`,
      ...own.map((address, index) => `address${index + 1}=${address}`),
      ...(own.length > 0 || method === 'dhcp' ? gate : []),
      ...(servers.length === 0 || method === 'none' ? [] : [`dns=${servers.join(';')};`]),
      ...(domains.length === 0 || method === 'none' ? [] : [`dns-search=${domains.join(';')};`]),
      ...(device['automatic-dns'] ? [] : ['ignore-auto-dns=true']),
      ...(device['default-route'] ? [] : ['never-default=true']),
    ];
  };
  const isNamed = device.device !== ANY_DEVICE && !MAC.test(device.device);
  const ethernet = [
    ...(MAC.test(device.device) ? [`mac-address=${device.device.replaceAll('-', ':').toUpperCase()}`] : []),
    ...(mtu === undefined ? [] : [`mtu=${mtu}`]),
  ];
  return sections({
    connection: [
      `id=${device.device}`,
      `uuid=${uuidOf(device.device)}`,
      'type=ethernet',
      `autoconnect=${device['on-boot']}`,
      // Of two that match, NetworkManager activates the one with the higher priority.
      ...(device.device === ANY_DEVICE ? ['autoconnect-priority=-1'] : []),
      ...(isNamed ? [`interface-name=${device.device}`] : []),
    ],
    ...(ethernet.length === 0 ? {} : { ethernet }),
    ipv4: family(false),
    ipv6: family(true),
  });
}

const methodFor = (method: NetworkDevice['method'], hasAddress: boolean): string => {
  if (method === 'none') return 'disabled';
  if (hasAddress) return 'manual';
  return method === 'dhcp' ? 'auto' : 'disabled';
};

/** RFC 9562, version 8: custom content. */
function uuidOf(device: string): string {
  const hex = digestOf(`network ${device}`).slice('sha256:'.length);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

const sections = (content: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(content)
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `[${name}]\n${lines.map((line) => `${line}\n`).join('')}`)
    .join('\n');
