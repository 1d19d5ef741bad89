import type { Apply, Applying } from './command.ts';

const DEVICES = ['system', 'network'];

/** A device without a name, and Anaconda's `link`: the first wired interface that has a link. */
export const ANY_DEVICE = 'link';

const DEVICE_OPTIONS = [
  '--device',
  '--bootproto',
  '--ip',
  '--ipv6',
  '--netmask',
  '--gateway',
  '--ipv6gateway',
  '--nameserver',
  '--onboot',
  '--noipv4',
  '--noipv6',
  '--nodefroute',
  '--nodns',
  '--mtu',
  '--ipv4-dns-search',
  '--ipv6-dns-search',
  '--ipv4-ignore-auto-dns',
  '--ipv6-ignore-auto-dns',
];

export const applyNetwork: Apply = (applying) => {
  const { args, draft, node, note, refuse } = applying;
  const hostname = args.text('--hostname');
  if (hostname !== undefined) draft.set(['system', 'hostname'], hostname, node.place);
  if (!DEVICE_OPTIONS.some((option) => args.has(option))) {
    if (hostname === undefined && args.used.length === 0) note('DHCP is what an image does without being told');
    return;
  }
  const protocol = args.text('--bootproto') ?? (args.has('--ip') ? 'static' : 'dhcp');
  const method = METHODS.get(protocol.toLowerCase());
  if (method === undefined) return refuse(`--bootproto=${protocol} needs a person or firmware`, 'write dhcp or static');
  const device = args.text('--device') ?? ANY_DEVICE;
  if (device === 'bootif' || device === 'ibft')
    return refuse(`${device} is known only to an installer`, 'name the device');
  const conflict = familyConflict(applying);
  if (conflict !== undefined) return refuse(conflict, 'remove one of the options');
  const ignored = ['--ipv4-ignore-auto-dns', '--ipv6-ignore-auto-dns'].filter((option) => args.has(option)).length;
  if (ignored === 1) return refuse('hew takes name servers from the network for both families or for none', 'write --nodns');
  const addresses = readAddresses(applying);
  const gateway = readGateway(applying);
  if (addresses === undefined || gateway === 'conflict') return;
  if (method === 'static' && addresses.length === 0) return refuse('static, and no address', 'add --ip and --netmask');
  const fields = {
    device,
    method,
    addresses: addresses.length > 0 ? addresses : undefined,
    gateway,
    nameservers: args.list('--nameserver'),
    'search-domains': readSearchDomains(applying),
    'automatic-dns': args.has('--nodns') || ignored === 2 ? false : undefined,
    'default-route': args.has('--nodefroute') ? false : undefined,
    ipv4: args.has('--noipv4') ? false : undefined,
    ipv6: args.has('--noipv6') ? false : undefined,
    mtu: args.integer('--mtu'),
    'on-boot': args.boolean('--onboot'),
  };
  if (draft.table(DEVICES, device) !== undefined) {
    note(`it takes the place of the \`network\` of ${device} before it`);
    draft.drop(DEVICES, device);
  }
  draft.merge(DEVICES, device, fields, node.place);
};

/** Options that say something of a family of addresses that the same line turns off. */
const familyConflict = ({ args }: Applying): string | undefined => {
  if (args.has('--noipv4') && args.has('--noipv6')) return '--noipv4 and --noipv6 leave no address';
  const pairs = [['--noipv4', '--ip'], ['--noipv6', '--ipv6'], ['--noipv6', '--ipv6gateway']] as const;
  const both = pairs.find(([off, option]) => args.has(off) && args.has(option));
  return both && `${both.join(' and ')} contradict each other`;
};

const readSearchDomains = ({ args }: Applying): readonly string[] | undefined => {
  const domains = ['--ipv4-dns-search', '--ipv6-dns-search'].flatMap((option) => args.list(option) ?? []);
  return domains.length === 0 ? undefined : [...new Set(domains)];
};

const METHODS: ReadonlyMap<string, 'dhcp' | 'static'> = new Map([
  ['dhcp', 'dhcp'],
  ['bootp', 'dhcp'],
  ['static', 'static'],
]);

const readAddresses = ({ args, refuse }: Applying): readonly string[] | undefined => {
  const [ip, netmask, ipv6] = [args.text('--ip'), args.text('--netmask'), args.text('--ipv6')];
  const addresses: string[] = [];
  if (ip !== undefined) {
    const prefix = ip.includes('/') ? undefined : prefixLength(netmask ?? '');
    if (!ip.includes('/') && prefix === undefined) {
      refuse(
        netmask === undefined ? `${ip} has no netmask` : `${netmask} is no netmask`,
        'add --netmask=255.255.255.0',
      );
      return undefined;
    }
    addresses.push(prefix === undefined ? ip : `${ip}/${prefix}`);
  }
  if (ipv6 === 'dhcp') {
    refuse('hew has no key for DHCPv6 alone', 'remove --ipv6=dhcp: DHCP covers both');
    return undefined;
  }
  // Without a prefix length Anaconda assumes 64.
  if (ipv6 !== undefined && ipv6 !== 'auto') addresses.push(ipv6.includes('/') ? ipv6 : `${ipv6}/64`);
  return addresses;
};

const readGateway = ({ args, refuse }: Applying): string | undefined => {
  const [v4, v6] = [args.text('--gateway'), args.text('--ipv6gateway')];
  if (v4 === undefined || v6 === undefined) return v4 ?? v6;
  refuse('hew has one key for the gateway', 'keep one of --gateway and --ipv6gateway');
  return 'conflict';
};

/** `255.255.255.0` is 24. Undefined where the ones are not all in front. */
export const prefixLength = (netmask: string): number | undefined => {
  const bytes = netmask.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined;
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
};
