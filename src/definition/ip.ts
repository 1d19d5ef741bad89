/** An IP address as a number. */
export interface Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** An address with the length of its network's prefix. */
export interface IpNetwork extends Ip {
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV6 = /^[0-9a-f:.]{2,45}$/i;

/** Reads `192.0.2.7` or `2001:db8::7`; undefined for everything else. */
export function parseIp(text: string): Ip | undefined {
  if (IPV4.test(text)) return { family: 4, bits: join(text.split('.').map(Number), 8n) };
  // The URL standard knows every form of IPv6, and answers with groups of hexadecimal digits.
  const host = IPV6.test(text) ? URL.parse(`http://[${text}]`)?.hostname : undefined;
  if (host === undefined) return undefined;
  const [before = [], after = []] = host.slice(1, -1).split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return { family: 6, bits: join([...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16)), 16n) };
}

/** Reads `192.0.2.7/24`; undefined where the prefix length is missing or too large. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const ip = parseIp(address);
  return ip === undefined || Number(digits) > BITS[ip.family] ? undefined : { ...ip, prefix: Number(digits) };
}

/** Whether an address is in the network of another. */
export function isInNetwork(ip: Ip, network: IpNetwork): boolean {
  const shift = BigInt(BITS[network.family] - network.prefix);
  return ip.family === network.family && ip.bits >> shift === network.bits >> shift;
}

const join = (parts: readonly number[], width: bigint): bigint => parts.reduce((sum, part) => (sum << width) + BigInt(part), 0n);
