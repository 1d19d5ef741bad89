import { plainOf, type Table, type Tree } from './tree.ts';

/** How two lists of one key are merged. */
export type ListRule =
  /** Both, without duplicates. */
  | { readonly how: 'union' }
  /**
   * The later list replaces the earlier one: it is one value, such as a command line. `of` is a key beside it: the list
   * fits one value of that key, and is dropped when the value changes.
   */
  | { readonly how: 'replace'; readonly of?: string }
  /** Both, one after the other. */
  | { readonly how: 'append' }
  /** Tables with the same name are merged. */
  | { readonly how: 'keyed'; readonly key: string };

const union: ListRule = { how: 'union' };
const replace: ListRule = { how: 'replace' };
const append: ListRule = { how: 'append' };
const keyed = (key: string): ListRule => ({ how: 'keyed', key });

/** By key path; `*` stands for any element. Every list of the schema has a row (a test checks it). */
export const LIST_RULES: Readonly<Record<string, ListRule>> = {
  extends: replace,
  'hardware.arch': replace,
  'hardware.level': replace,
  'enable-repositories': union,
  repositories: keyed('id'),
  'repositories.*.channels': replace,
  'repositories.*.arches': replace,
  'repositories.*.baseurl': replace,
  'repositories.*.gpgkey': replace,
  'repositories.*.fingerprints': replace,
  'repositories.*.includepkgs': union,
  'repositories.*.excludepkgs': union,
  'packages.install': union,
  'packages.exclude': union,
  'packages.local': union,
  'packages.local-keys': union,
  'packages.modules': union,
  'packages.remove-after-install': union,
  'packages.languages': union,
  overrides: append,
  'overrides.*.remove': replace,
  'overrides.*.replace': replace,
  'system.time-servers': union,
  'system.keyboard-layouts': union,
  'system.kernel-cmdline': union,
  'system.authselect': replace,
  'system.root-ssh-keys': union,
  'system.services.enable': union,
  'system.services.disable': union,
  'system.services.mask': union,
  'system.users': keyed('name'),
  'system.users.*.groups': union,
  'system.users.*.ssh-keys': union,
  'system.groups': keyed('name'),
  'system.network': keyed('device'),
  'system.network.*.addresses': union,
  'system.network.*.nameservers': union,
  'system.network.*.search-domains': union,
  'system.firewall.services': union,
  'system.firewall.ports': union,
  'system.firewall.trust': union,
  files: keyed('path'),
  scripts: append,
  'scripts.*.args': replace,
  'scripts.*.env': replace,
  'scripts.*.network': replace,
  'boot.initrd-drivers': union,
  'disk.partitions': keyed('mount'),
  'disk.partitions.*.options': union,
  'disk.partitions.*.mkfs-options': { how: 'replace', of: 'filesystem' },
  'disk.partitions.*.subvolumes': keyed('name'),
  outputs: keyed('format'),
  'outputs.*.verify': union,
  'outputs.*.accept': keyed('rule'),
  'outputs.*.config.cmd': replace,
  'outputs.*.config.entrypoint': replace,
  'outputs.*.config.env': union,
  'outputs.*.config.ports': union,
  'outputs.*.config.volumes': union,
};

/** `pattern` is a key path in which list elements are `*`. */
export const listRule = (pattern: readonly string[]): ListRule => LIST_RULES[pattern.join('.')] ?? union;

/**
 * The lists of a table at `pattern` that no longer fit when `above` is laid over it: mkfs.xfs does not take what mkfs.ext4
 * takes. Each with the value that it does not fit. A list that `above` sets itself is not among them.
 */
export const outdatedLists = (
  below: Table, above: Table, pattern: readonly string[],
): readonly { readonly key: string; readonly list: Tree; readonly of: string; readonly now: Tree }[] =>
  [...below.entries].flatMap(([key, list]) => {
    const rule = listRule([...pattern, key]);
    if (rule.how !== 'replace' || rule.of === undefined || above.entries.has(key)) return [];
    const [before, now] = [below.entries.get(rule.of), above.entries.get(rule.of)];
    return before === undefined || now === undefined || isSame(before, now) ? [] : [{ key, list, of: rule.of, now }];
  });

/** The name of an element of a keyed list; undefined if it has none. */
export const elementKey = (rule: ListRule, element: Tree): string | undefined => {
  if (rule.how !== 'keyed' || element.kind !== 'table') return undefined;
  const key = element.entries.get(rule.key);
  return key?.kind === 'leaf' && typeof key.value === 'string' ? key.value : undefined;
};

/** Whether two values are equal, ignoring key order. */
export const isSame = (a: Tree, b: Tree): boolean => canonical(plainOf(a)) === canonical(plainOf(b));

const canonical = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) =>
  (typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : inner));
