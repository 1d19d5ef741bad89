import fc from 'fast-check';
import { definitionSchema } from '../../../src/definition/schema/definition.ts';
import type { Definition, DefinitionInput } from '../../../src/definition/types.ts';
import { formatMebibytes } from '../../../src/kickstart/syntax/sizes.ts';

/** A merged definition of what a file says. */
export const define = (input: DefinitionInput): Definition =>
  ({ name: 'x', version: '1', distro: 'd', ...definitionSchema.parse(input) }) as Definition;

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const words = (unit: fc.Arbitrary<string>) => fc.uniqueArray(unit, { maxLength: 4 });
const hash = fc.stringMatching(/^\$6\$[a-z./0-9]{4}\$[A-Za-z./0-9]{10}$/);
const key = word.map((name) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${name} "${name}" \\o#x`);
const argument = fc.stringMatching(/^[a-z0-9_.=,:'"\\#-]{1,12}$/);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const byName = { selector: (item: { readonly name: string }) => item.name, maxLength: 3 };

const system = fc.record({
  hostname: optional(word),
  timezone: fc.constantFrom('UTC', 'Europe/Prague'),
  'utc-clock': fc.boolean(),
  'time-servers': words(word),
  locale: optional(fc.constantFrom('C.UTF-8', 'cs_CZ.UTF-8')),
  keymap: optional(word),
  'keyboard-layouts': words(word),
  selinux: optional(fc.constantFrom('enforcing' as const, 'permissive' as const, 'disabled' as const)),
  'kernel-cmdline': fc.array(argument, { maxLength: 4 }),
  'default-target': optional(fc.constantFrom('multi-user.target', 'graphical.target')),
  authselect: optional(fc.array(word, { minLength: 1, maxLength: 3 })),
  kdump: optional(
    fc.constantFrom({ enabled: false }, { enabled: true, reserve: 'auto' }, { enabled: true, reserve: '160' }),
  ),
  'root-password': optional(hash),
  'root-ssh-keys': words(key),
  services: fc.record({ enable: words(word), disable: words(word) }),
  firewall: optional(
    fc.record({
      enabled: fc.boolean(),
      services: words(word),
      ports: fc.constantFrom([], ['22/tcp', '60-70/udp']),
      trust: words(word),
    }),
  ),
  users: fc.uniqueArray(
    fc.record({
      name: word,
      uid: optional(fc.nat(9999)),
      gid: optional(fc.nat(9999)),
      groups: words(word),
      comment: optional(argument),
      home: optional(word.map((name) => `/home/${name}`)),
      shell: optional(fc.constant('/bin/sh')),
      password: optional(hash),
      locked: fc.boolean(),
      'ssh-keys': words(key),
    }),
    byName,
  ),
  groups: fc.uniqueArray(fc.record({ name: word, gid: optional(fc.integer({ min: 1, max: 9999 })) }), byName),
  network: fc.constantFrom(
    [],
    [{ device: 'link', method: 'dhcp' as const }],
    [
      {
        device: 'eth0',
        method: 'static' as const,
        addresses: ['192.0.2.7/25', '2001:db8::7/48'],
        gateway: '2001:db8::1',
        nameservers: ['192.0.2.1'],
        'on-boot': false,
      },
    ],
    [{ device: 'eth1', method: 'dhcp' as const, ipv6: false, 'automatic-dns': false, 'default-route': false, mtu: 9000, 'search-domains': ['example.org'] }],
    [{ device: 'eth2', method: 'dhcp' as const, ipv4: false, 'search-domains': ['a.example', 'b.example'] }],
  ),
});

const partitions = fc
  .record({
    boot: fc.nat(3000),
    least: fc.option(fc.integer({ min: 1, max: 9000 }), { nil: undefined }),
    filesystem: fc.constantFrom('ext4' as const, 'xfs' as const, undefined),
    options: words(word),
  })
  .map(({ boot, least, filesystem, options }) => ({
    ...(least === undefined ? {} : { size: formatMebibytes(boot + 1 + 512 + least + 2) }),
    partitions: [
      { mount: '/boot/efi', filesystem: 'vfat' as const, size: '512MiB' },
      { mount: '/boot', filesystem: 'ext4' as const, size: formatMebibytes(boot + 1), label: 'boot' },
      { mount: '/', filesystem, size: 'rest' as const, options, 'mkfs-options': ['-m', '1'] },
    ],
  }));

const script = fc
  .record({
    content: fc.array(fc.stringMatching(/^[ -~]{0,12}$/), { minLength: 1 }),
    in: fc.constantFrom('root' as const, 'build' as const),
    log: optional(fc.constant('/root/x.log')),
    strict: fc.boolean(),
  })
  .map(({ content, strict, ...rest }) => ({
    ...rest,
    content: `:\n${content.map((line) => line.replace(/^(\s*)%/, '$1')).join('\n')}\n`,
    ...(strict ? {} : { 'on-failure': 'ignore' as const, reason: 'kickstart: %post without --erroronfail' }),
  }));

/** What kickstart can say without a loss, in the form that import gives. */
export const exportable: fc.Arbitrary<DefinitionInput> = fc
  .record({
    packages: fc.record({
      install: words(word).map((names) => [...names, '@core']),
      exclude: words(word.map((name) => `x-${name}*`)),
      modules: fc.constantFrom([], ['nodejs:20']),
      'weak-deps': fc.boolean(),
      docs: fc.boolean(),
      languages: fc.constantFrom(['all'], ['en', 'de']),
      multilib: fc.boolean(),
      'ignore-missing': fc.boolean(),
    }),
    system,
    repositories: fc.constantFrom(
      [{ id: 'kickstart-url', baseurl: 'https://h/$basearch' }],
      [
        { id: 'kickstart-url', metalink: 'https://h/?a=b&c' },
        { id: 'extra', mirrorlist: 'https://h/', cost: 5, includepkgs: ['a*'] },
      ],
    ),
    boot: fc.record({ timeout: optional(fc.nat(100)) }),
    disk: partitions,
    scripts: fc
      .array(script, { maxLength: 3 })
      .map((all) => all.map((one, index) => ({ name: `post-${index + 1}`, ...one }))),
  })
  .map((input) => structuredClone(input) as unknown as DefinitionInput);

/** A service both enabled and disabled, or a number that two users have, has no single meaning. */
export const isClear = ({ system: one }: DefinitionInput): boolean => {
  const enabled = new Set(one?.services?.enable);
  const numbers = (one?.users ?? []).flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
  const isUnique = new Set(numbers).size === numbers.length && !numbers.includes(0);
  return isUnique && !(one?.services?.disable ?? []).some((unit) => enabled.has(unit));
};
