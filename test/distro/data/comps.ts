/** Packages of a group by how much they belong to it, as comps.xml says it. */
interface Group {
  readonly name: string;
  readonly mandatory: readonly string[];
  readonly default?: readonly string[];
  readonly optional?: readonly string[];
}

/** Ids are those of Fedora; what is in them is what the sample has of it. */
const groups: Readonly<Record<string, Group>> = {
  core: {
    name: 'Core',
    mandatory: [
      'audit', 'basesystem', 'bash', 'coreutils', 'curl', 'dnf5', 'e2fsprogs', 'filesystem', 'glibc', 'hostname', 'iproute',
      'iputils', 'kbd', 'less', 'man-db', 'ncurses', 'openssh-clients', 'openssh-server', 'parted', 'procps-ng', 'rootfiles',
      'rpm', 'sample-release', 'sample-repos', 'setup', 'shadow-utils', 'sudo', 'systemd', 'systemd-networkd',
      'systemd-resolved', 'systemd-udev', 'tzdata', 'util-linux', 'vim-minimal', 'xz-libs',
    ],
    default: ['firewalld', 'zram-generator-defaults'],
    optional: ['dracut-config-generic'],
  },
  'cloud-server': {
    name: 'Cloud Server Tools',
    mandatory: ['chrony', 'cloud-init', 'cloud-utils-growpart', 'rsync', 'tar'],
    default: ['plymouth', 'geolite2-city', 'geolite2-country'],
  },
  'text-tools': { name: 'Text Tools', mandatory: ['file'], default: ['tree'], optional: ['jq'] },
};

/** Environments: groups that are always in, and groups that may be. */
const environments = {
  'minimal-environment': { name: 'Minimal Install', groups: ['core'], options: ['text-tools'] },
  'cloud-server-environment': { name: 'Cloud Server', groups: ['core', 'cloud-server'], options: ['text-tools'] },
} as const;

/** comps.xml of the base repository: https://rpm-software-management.github.io/createrepo_c/ and `dnf5-comps(7)`. */
export const compsXml = (): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">',
    '<comps>',
    ...Object.entries(groups).flatMap(([id, group]) => [
      `<group><id>${id}</id><name>${group.name}</name><description>${group.name}</description><packagelist>`,
      ...(['mandatory', 'default', 'optional'] as const).flatMap((type) =>
        (group[type] ?? []).map((name) => `<packagereq type="${type}">${name}</packagereq>`)),
      '</packagelist></group>',
    ]),
    ...Object.entries(environments).flatMap(([id, { name, groups: own, options }]) => [
      `<environment><id>${id}</id><name>${name}</name><description>${name}</description>`,
      `<grouplist>${own.map((group) => `<groupid>${group}</groupid>`).join('')}</grouplist>`,
      `<optionlist>${options.map((group) => `<groupid>${group}</groupid>`).join('')}</optionlist></environment>`,
    ]),
    '</comps>',
    '',
  ].join('\n');
