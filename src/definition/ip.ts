import { BlockList, isIP } from 'node:net';

/** An IP address as it is written, which is known to be one. */
export interface Ip {
  readonly family: 4 | 6;
  readonly address: string;
}

/** An address with the length of its network's prefix. */
export interface IpNetwork extends Ip {
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Reads `192.0.2.7` or `2001:db8::7`; undefined for everything else, and for an address with a zone. */
export function parseIp(address: string): Ip | undefined {
  const family = isIP(address);
  return (family === 4 || family === 6) && !address.includes('%') ? { family, address } : undefined;
}

/** Reads `192.0.2.7/24`; undefined where the prefix length is missing or too large. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const ip = parseIp(address);
  return ip === undefined || Number(digits) > BITS[ip.family] ? undefined : { ...ip, prefix: Number(digits) };
}

/** Whether an address is in the network of another. */
export function isInNetwork(ip: Ip, network: IpNetwork): boolean {
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, `ipv${network.family}`);
  return ip.family === network.family && list.check(ip.address, `ipv${ip.family}`);
}
