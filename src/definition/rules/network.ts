import { DefinitionError } from '../../errors.ts';
import { isInNetwork, parseIp, parseIpNetwork, type IpNetwork } from '../ip.ts';
import { networkDevice } from '../schema/system.ts';
import type { Path } from '../types.ts';
import type { Candidate, DefinitionFault, DefinitionRule } from './rule.ts';

type Device = Candidate['system']['network'][number];

const LINK_LOCAL: IpNetwork = { family: 6, address: 'fe80::', prefix: 10 };
/** RFC 8200, 5: a link with a smaller MTU has no IPv6. */
const SMALLEST_IPV6_MTU = 1280;
const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;
/** The longest alternative name of an interface has 127 characters (ALTIFNAMSIZ of linux/if.h). */
const INTERFACE = /^[^\s/:%"';]{1,127}$/;
/** A DNS name; `~` makes it a domain of routing alone, and `~.` stands for all (systemd.network(5)). */
const DOMAIN = /^~?(?:\.|[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?)$/i;

/** A rule for each device by itself; paths begin at the device. */
interface DeviceRule {
  readonly id: DefinitionRule['id'];
  readonly find: (device: Device) => readonly DefinitionFault[];
}

const ofDevices = ({ id, find }: DeviceRule): DefinitionRule => ({
  id,
  find: ({ system: { network } }) => network.flatMap((device, index) => find(device).map((fault) => ({ ...fault, path: ['system', 'network', index, ...fault.path] }))),
});

/** One fault for each entry of a list that does not pass. */
const refuseEntries = (key: string, entries: readonly string[], isGood: (entry: string) => boolean, fault: (entry: string) => Omit<DefinitionFault, 'path'>): readonly DefinitionFault[] =>
  entries.flatMap((entry, index) => (isGood(entry) ? [] : [{ ...fault(entry), path: [key, index] }]));

const networksOf = ({ addresses }: Device): readonly IpNetwork[] => addresses.map(parseIpNetwork).filter((network) => network !== undefined);

const DEVICE_RULES: readonly DeviceRule[] = [
  {
    id: 'network-device',
    find: ({ device }) => (MAC.test(device) || INTERFACE.test(device) ? [] : [{
      path: ['device'], message: `\`${device}\` is not the name of an interface`,
      hint: 'write one name such as `eth0`, a pattern such as `en*`, a MAC address, or `link` for every wired interface',
    }]),
  },
  {
    id: 'network-address',
    find: (device) => [
      ...refuseEntries('addresses', device.addresses, (entry) => parseIpNetwork(entry) !== undefined, (entry) => ({
        message: parseIp(entry) === undefined ? `\`${entry}\` is not an address with its prefix length` : `\`${entry}\` has no prefix length`,
        hint: parseIp(entry) === undefined ? 'write it as `192.0.2.7/24` or `2001:db8::7/64`' : `write \`${entry}/${entry.includes(':') ? 64 : 24}\`, with the prefix length of its network`,
      })),
      ...refuseEntries('nameservers', device.nameservers, (entry) => parseIp(entry) !== undefined, (entry) => ({
        message: `\`${entry}\` is not an IP address`, hint: 'a name server is asked for names, so it is given by its address, such as `192.0.2.53`',
      })),
      ...refuseEntries('search-domains', device['search-domains'], (entry) => DOMAIN.test(entry), (entry) => ({
        message: `\`${entry}\` is not a domain`, hint: 'one domain an entry, such as ["example.org"]',
      })),
      ...gatewayFaults(device),
    ],
  },
  {
    id: 'network-contradiction',
    find: (device) => contradictions(device),
  },
  {
    id: 'static-address',
    find: ({ device, method, addresses }) => (method === 'static' && addresses.length === 0 ? [{
      path: [], message: `\`${device}\` is static and has no address`, hint: 'add `addresses = ["192.0.2.7/24"]`',
    }] : []),
  },
];

export const networkRules: readonly DefinitionRule[] = DEVICE_RULES.map(ofDevices);

/** One network card with static addresses, given apart from a definition. */
export interface StaticDevice extends Pick<Device, 'device' | 'addresses' | 'gateway' | 'nameservers'> {
  /** Whether `device` is a MAC address, not a name. */
  readonly mac: boolean;
}

/** Holds such a card against the rules of `system.network`. Throws one `DefinitionError` with all that is wrong with it. */
export function checkStaticDevice(given: Pick<Device, 'device' | 'addresses' | 'gateway' | 'nameservers'>): StaticDevice {
  const device = networkDevice.parse({ ...given, method: 'static' });
  const problems = [...DEVICE_RULES, ONE_DEVICE].flatMap(({ id, find }) => find(device).map(({ message, hint }) => ({ code: id, message, hint })));
  if (problems.length > 0) throw new DefinitionError(problems);
  return { ...given, mac: MAC.test(given.device) };
}

const ONE_DEVICE: DeviceRule = {
  id: 'network-device',
  find: ({ device }) => (/[*?[]/.test(device) || device === 'link' ? [{
    path: ['device'], message: `\`${device}\` may be several interfaces`, hint: 'write the one name, such as `eth0`, or the MAC address',
  }] : []),
};

/** A gateway is reached without a gateway: it is in a network of the device, or link-local. */
function gatewayFaults(device: Device): readonly DefinitionFault[] {
  const { gateway, method } = device;
  if (gateway === undefined) return [];
  const path: Path = ['gateway'];
  const ip = parseIp(gateway);
  if (ip === undefined) return [{ path, message: `\`${gateway}\` is not an IP address`, hint: 'write it as `192.0.2.1`, without a prefix length' }];
  const networks = networksOf(device);
  if (method !== 'static' || networks.length < device.addresses.length || networks.length === 0) return [];
  if (isInNetwork(ip, LINK_LOCAL) || networks.some((network) => isInNetwork(ip, network))) return [];
  return [{ path, message: `\`${gateway}\` is in no network of \`${device.device}\`: ${device.addresses.join(', ')}`, hint: 'correct the gateway, or the address and its prefix length' }];
}

function contradictions(device: Device): readonly DefinitionFault[] {
  const { method, mtu, ipv4, ipv6, device: name } = device;
  const networks = networksOf(device);
  const has = (family: 4 | 6): boolean => networks.some((network) => network.family === family);
  const off = [{ isOn: ipv4, family: 4 }, { isOn: ipv6, family: 6 }] as const;
  return [
    ...(method === 'none' && device.addresses.length > 0 ? [{ path: ['method'], message: `\`${name}\` has the method \`none\`, and addresses`, hint: 'use `method = "static"`, or leave the addresses out' }] : []),
    ...(method === 'dhcp' && ipv4 && has(4) ? [{ path: ['method'], message: `\`${name}\` has DHCP and a static IPv4 address`, hint: 'use `method = "static"`, or leave the address out' }] : []),
    ...off.flatMap(({ isOn, family }) => (!isOn && has(family) ? [{ path: [`ipv${family}`], message: `\`${name}\` has an IPv${family} address, and \`ipv${family}\` is false`, hint: 'keep one of the two' }] : [])),
    ...(mtu !== undefined && mtu < SMALLEST_IPV6_MTU && has(6) ? [{ path: ['mtu'], message: `IPv6 needs an MTU of ${SMALLEST_IPV6_MTU} bytes, not ${mtu}`, hint: 'enlarge it, or leave the IPv6 addresses out' }] : []),
  ];
}
