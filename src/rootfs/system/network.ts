import { digestOf } from '../../digest.ts';
import type { Definition } from '../../definition/index.ts';
import type { System } from './context.ts';
import { NETWORK_MANAGER } from './requirements.ts';

export type NetworkDevice = Definition['system']['network'][number];

/** How kickstart names whatever wired interface there is. */
const ANY_DEVICE = 'link';
const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
const RESOLVED = '/usr/lib/systemd/systemd-resolved';

/** Writes a profile for each device, for NetworkManager where it is installed, else for systemd-networkd. */
export async function setNetwork(system: System): Promise<void> {
  const devices = system.settings.network;
  if (devices.length === 0) return;
  if ((await system.find(NETWORK_MANAGER)) !== undefined) {
    for (const device of devices) {
      // It refuses keyfiles that others may read: they may hold secrets.
      const path = `/etc/NetworkManager/system-connections/${fileStem(device)}.nmconnection`;
      await system.set(path, keyfile(device), { mode: 0o600 });
    }
    return;
  }
  if (devices.some(({ nameservers }) => nameservers.length > 0) && (await system.find([RESOLVED])) === undefined) {
    throw system.refuse({
      code: 'needs-package',
      message: '`system.network.nameservers` needs systemd-resolved beside systemd-networkd, and it is not in the image',
      hint: 'add systemd-resolved to packages.install, or leave `nameservers` out',
    });
  }
  for (const [index, device] of devices.entries()) {
    // Before the catch-all files of distributions, in the order of the definition.
    await system.set(`/etc/systemd/network/${String(10 + index)}-${fileStem(device)}.network`, networkFile(device));
  }
}

const fileStem = ({ device }: NetworkDevice): string => device.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '-');

/** systemd.network(5). Pure. */
export function networkFile(device: NetworkDevice): string {
  const { method, addresses, gateway, nameservers } = device;
  return sections({
    Match: [matchLine(device.device)],
    ...(device['on-boot'] ? {} : { Link: ['ActivationPolicy=manual', 'RequiredForOnline=no'] }),
    Network: [
      `DHCP=${method === 'dhcp' ? 'yes' : 'no'}`,
      ...(method === 'none' ? ['LinkLocalAddressing=no', 'IPv6AcceptRA=no'] : []),
      ...addresses.map((address) => `Address=${address}`),
      ...(gateway === undefined ? [] : [`Gateway=${gateway}`]),
      ...nameservers.map((server) => `DNS=${server}`),
    ],
  });
}

function matchLine(device: string): string {
  // Containers and tunnels are of the type ether as well; only hardware has no Kind.
  if (device === ANY_DEVICE) return 'Type=ether\nKind=!*';
  return MAC.test(device) ? `MACAddress=${device.replaceAll('-', ':').toLowerCase()}` : `Name=${device}`;
}

/** A connection for NetworkManager: nm-settings-keyfile(5). The identifier comes from the name, not from chance. Pure. */
export function keyfile(device: NetworkDevice): string {
  const { method, addresses, gateway, nameservers } = device;
  const isV6 = (address: string): boolean => address.includes(':');
  const family = (wanted: boolean): string[] => {
    const own = addresses.filter((address) => isV6(address) === wanted);
    const servers = nameservers.filter((server) => isV6(server) === wanted);
    const gate = gateway !== undefined && isV6(gateway) === wanted ? [`gateway=${gateway}`] : [];
    return [
      `method=${methodFor(method, own.length > 0)}`,
      ...own.map((address, index) => `address${index + 1}=${address}`),
      ...(own.length > 0 || method === 'dhcp' ? gate : []),
      ...(servers.length === 0 || method === 'none' ? [] : [`dns=${servers.join(';')};`]),
    ];
  };
  const isNamed = device.device !== ANY_DEVICE && !MAC.test(device.device);
  return sections({
    connection: [
      `id=${device.device}`,
      `uuid=${uuidOf(device.device)}`,
      'type=ethernet',
      `autoconnect=${device['on-boot']}`,
      ...(isNamed ? [`interface-name=${device.device}`] : []),
    ],
    ...(MAC.test(device.device) ? { ethernet: [`mac-address=${device.device.replaceAll('-', ':').toUpperCase()}`] } : {}),
    ipv4: family(false),
    ipv6: family(true),
  });
}

const methodFor = (method: NetworkDevice['method'], hasAddress: boolean): string => {
  if (method === 'none') return 'disabled';
  if (hasAddress) return 'manual';
  return method === 'dhcp' ? 'auto' : 'disabled';
};

/** RFC 9562, version 8: custom content. Pure. */
function uuidOf(device: string): string {
  const hex = digestOf(`network ${device}`).slice('sha256:'.length);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

const sections = (content: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(content)
    .map(([name, lines]) => `[${name}]\n${lines.map((line) => `${line}\n`).join('')}`)
    .join('\n');
