import { z } from 'zod';
import { ARCHITECTURES } from '../../isa/rows.ts';
import { destination, fileMode, hostName, inputPath, pathInImage, reason, text, unitName, userName } from '../../schema-words.ts';

const id = (): z.ZodInt => z.int().min(0).max(4_294_967_294);
/** The rules check the form, because they can give a hint. */
const passwordHash = (): z.ZodString => z.string();

const services = z.strictObject({
  enable: z.array(unitName()).default([]).describe('Units enabled by preset.'),
  disable: z.array(unitName()).default([]).describe('Units disabled by preset.'),
  mask: z.array(unitName()).default([]).describe('Units that can never start; each needs an entry in `mask-reasons`.'),
  'mask-reasons': z.record(unitName(), reason()).default({}).describe('Why each masked unit is masked, by unit name.'),
});

const user = z.strictObject({
  name: userName().describe('Login name; merged by this name.'),
  uid: id().optional().describe('Number; the next free one when left out.'),
  group: userName().optional().describe('Primary group; one of the same name when left out.'),
  gid: id().optional().describe('Number of the primary group.'),
  groups: z.array(userName()).default([]).describe('Further groups. In `wheel` an account with SSH keys and no password may use sudo without one.'),
  comment: text().optional().describe('Full name (GECOS).'),
  home: pathInImage().optional().describe('Home folder; `/home/NAME` when left out.'),
  shell: pathInImage().optional().describe('Login shell.'),
  password: passwordHash().optional().describe('crypt(5) hash; locked when left out.'),
  locked: z.boolean().default(false).describe('Lock the password even where one is given.'),
  'ssh-keys': z.array(text()).default([]).describe('Lines of authorized_keys.'),
});

const group = z.strictObject({
  name: userName().describe('Group name; merged by this name.'),
  gid: id().optional().describe('Number; the next free one when left out.'),
});

export const networkDevice = z.strictObject({
  device: text().describe('Interface name or MAC address; merged by this name.'),
  method: z.enum(['dhcp', 'static', 'none']).default('dhcp').describe('How addresses are set.'),
  addresses: z.array(text()).default([]).describe('Static addresses with prefix length: `192.0.2.7/24`.'),
  gateway: text().optional().describe('Default route.'),
  nameservers: z.array(text()).default([]).describe('DNS servers.'),
  'search-domains': z.array(text()).default([]).describe('Domains that short host names are looked up in.'),
  'automatic-dns': z.boolean().default(true).describe('Whether DNS servers that the network names are used.'),
  'default-route': z.boolean().default(true).describe('Whether the default route may go through it.'),
  ipv4: z.boolean().default(true).describe('Whether it has IPv4 addresses.'),
  ipv6: z.boolean().default(true).describe('Whether it has IPv6 addresses.'),
  mtu: z.int().min(68).max(65_535).optional().describe('Largest packet, in bytes; the driver’s own when left out.'),
  'on-boot': z.boolean().default(true).describe('Whether it comes up at boot.'),
});

const firewall = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether firewalld runs; the package must be installed.'),
  services: z.array(text()).default([]).describe('firewalld services allowed in.'),
  ports: z.array(z.string().regex(/^\d{1,5}(?:-\d{1,5})?\/(?:tcp|udp|sctp|dccp)$/, 'must be PORT/PROTOCOL, such as `443/tcp`'))
    .default([]).describe('Ports allowed in.'),
  trust: z.array(text()).default([]).describe('Interfaces in the trusted zone.'),
});

export const systemSchema = z.strictObject({
  hostname: hostName().optional().describe('Static host name.'),
  timezone: z.string().regex(/^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/, 'must be a name such as `Europe/Paris`')
    .optional().describe('Time zone by its tz database name.'),
  'utc-clock': z.boolean().default(true).describe('Whether the hardware clock runs in UTC.'),
  'time-servers': z.array(text()).default([]).describe('NTP servers for chrony or systemd-timesyncd.'),
  locale: text().optional().describe('LANG of the system.'),
  keymap: text().optional().describe('Console keyboard map.'),
  'keyboard-layouts': z.array(text()).default([]).describe('X11 keyboard layouts.'),
  selinux: z.enum(['enforcing', 'permissive', 'disabled']).optional()
    .describe('SELinux mode; the package’s own default when left out.'),
  fips: z.boolean().default(false).describe('FIPS mode: `fips=1` on the kernel command line and the crypto policy.'),
  'kernel-cmdline': z.array(text()).default([]).describe('Kernel arguments, in order.'),
  'kernel-cmdline-by-arch': z.partialRecord(z.enum(ARCHITECTURES), z.array(text())).default({})
    .describe('Kernel arguments of one architecture, behind the others: `x86_64 = ["console=ttyS0"]`, `aarch64 = ["console=ttyAMA0"]`.'),
  'default-target': unitName().optional().describe('systemd target to boot into.'),
  authselect: z.array(text()).optional().describe('Arguments of `authselect select`.'),
  kdump: z.strictObject({
    enabled: z.boolean().default(true).describe('Whether crash dumps are taken.'),
    reserve: text().default('auto').describe('Memory to reserve: MiB, or `auto`.'),
  }).optional().describe('Crash kernel; needs kdump-utils.'),
  'root-password': passwordHash().optional().describe('crypt(5) hash for root; root is locked when left out.'),
  'root-ssh-keys': z.array(text()).default([]).describe('authorized_keys of root.'),
  'allow-plain-text-passwords': reason().optional()
    
      .describe('Reason to allow passwords in plain text; the image has their hashes. Listed with the deviations.'),
  services: services.prefault({}).describe('systemd units.'),
  users: z.array(user).default([]).describe('Accounts.'),
  groups: z.array(group).default([]).describe('Further groups besides those of the users.'),
  network: z.array(networkDevice).default([]).describe('Network devices.'),
  firewall: firewall.optional().describe('firewalld.'),
});

export const fileSchema = z.strictObject({
  path: pathInImage().describe('Where it goes; merged by this path.'),
  content: z.string().optional().describe('The text itself.'),
  source: inputPath().optional().describe('A file beside the definition, copied.'),
  link: text().optional().describe('Makes a symbolic link to this instead of a file.'),
  mode: fileMode().optional().describe('Octal permissions in quotes; 0644 when left out.'),
  owner: userName().default('root').describe('Owner.'),
  group: userName().default('root').describe('Group.'),
});

export const scriptSchema = z.strictObject({
  name: text().optional().describe('For progress and messages, and to remove it by; the file name when left out.'),
  run: inputPath().optional().describe('A script beside the definition.'),
  content: text().optional().describe('The script itself.'),
  interpreter: pathInImage().optional().describe('Program of the image that runs it; its `#!` line, else /bin/sh.'),
  args: z.array(z.string()).default([]).describe('Arguments.'),
  env: z.array(z.string()).default([]).describe('Environment, NAME=value.'),
  in: z.enum(['root', 'build']).default('root')
    
      .describe('`root`: inside the image. `build`: in the tools tree, the image’s root below $HEW_ROOT (kickstart’s --nochroot).'),
  network: z.union([z.boolean(), z.array(destination()).min(1, 'must list something; `false` is no network')]).default(false).describe(
    'A list of all that it may reach, `host:port`, by HTTP and HTTPS through a proxy that it finds in its environment; `true` shares the machine’s '
    + 'network, loopback interface and abstract sockets included. Needs `reason`.'),
  reason: reason().optional().describe('Why it needs the network, or why its failure is ignored.'),
  'on-failure': z.enum(['stop', 'ignore']).default('stop')
    .describe('What a status other than 0 does; `ignore` needs `reason`.'),
  log: pathInImage().optional().describe('File in the image that keeps its output.'),
});
