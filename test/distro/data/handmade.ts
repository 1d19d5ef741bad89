import type { HandMade, Row } from '../row.ts';
import { filesystemContent } from './filesystem.ts';
import { release } from './release.ts';
import { groupNames, setupContent, userNames } from './setup.ts';

const cpe = `cpe:/o:example:sample_linux:${release.version}`;

const osRelease = (variant?: string): string => [
  `NAME="${release.name}"`,
  `VERSION="${release.version}${variant === undefined ? '' : ` (${variant})`}"`,
  `ID=${release.id}`,
  'ID_LIKE=fedora',
  `VERSION_ID=${release.version}`,
  `PLATFORM_ID="platform:sample4"`,
  `PRETTY_NAME="${release.name} ${release.version}${variant === undefined ? '' : ` (${variant})`}"`,
  `CPE_NAME="${cpe}"`,
  `HOME_URL="${release.home}"`,
  ...(variant === undefined ? [] : [`VARIANT="${variant}"`, `VARIANT_ID=${variant.toLowerCase()}`]),
  '',
].join('\n');

const handMade = { from: [], version: release.version, release: '2', license: 'MIT', arch: 'noarch' } as const;

const identityProvides = ['system-release = {evr}', 'system-release-product', 'sample-release-identity = {evr}'];

/** What an identity package needs of the common one, and that only one identity may be installed. */
const identity = (name: string, variant: string): Row => ({
  ...handMade,
  name: `sample-release-${name}`,
  source: 'sample-release',
  summary: `${release.name} identity: ${variant}`,
  requires: ['sample-release-common = {evr}'],
  provides: ['sample-release = {evr}', ...identityProvides],
  conflicts: ['sample-release-identity'],
  add: [{ path: 'usr/lib/os-release', text: osRelease(variant) }],
});

/** Repositories of an installed system: whoever runs one from inside binds the output folder at /srv/sample. */
const repositoryFile = `[sample-base]
name=${release.name} $releasever
baseurl=file:///srv/sample/repos/base/$basearch
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-sample

[sample-updates]
name=${release.name} $releasever, updates
baseurl=file:///srv/sample/repos/updates/$basearch
enabled=0
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-sample
`;

/** Packages that have no counterpart in Debian. `publicKey` is the armored key that signs this distribution. */
export const handMadeRows = (publicKey: string): readonly Row[] => [
  {
    ...handMade, name: 'basesystem', version: '11', summary: 'The skeleton that every system installs first',
    requires: ['filesystem', 'setup'],
  },
  {
    ...handMade, name: 'setup', version: '2.15', summary: 'Users, groups and basic configuration files',
    license: 'LicenseRef-Public-Domain',
    add: setupContent,
    provides: [...userNames.map((name) => `user(${name})`), ...groupNames.map((name) => `group(${name})`)],
    recommends: ['sample-release-identity'],
  },
  {
    ...handMade, name: 'filesystem', version: '3.18', arch: 'x86_64', license: 'LicenseRef-Public-Domain',
    summary: 'The basic directory layout with merged /usr',
    add: filesystemContent, requiresFirst: ['setup'],
    provides: ['filesystem(merged-usr)'],
  },
  {
    ...handMade, name: 'sample-release-common', source: 'sample-release',
    summary: `Files of every ${release.name} system`,
    requires: ['sample-release-identity = {evr}', 'sample-repos'],
    add: [
      { path: 'etc/os-release', link: '../usr/lib/os-release' },
      { path: 'etc/sample-release', text: `${release.name} release ${release.version}\n` },
      { path: 'etc/system-release', link: 'sample-release' },
      { path: 'etc/system-release-cpe', text: `${cpe}\n` },
      { path: 'usr/lib/rpm/macros.d/macros.dist', text: '%dist .sample\n%sample 4\n' },
    ] satisfies HandMade[],
  },
  { ...identity('basic', 'Basic'), name: 'sample-release', add: [{ path: 'usr/lib/os-release', text: osRelease() }],
    provides: identityProvides },
  identity('container', 'Container'),
  identity('cloud', 'Cloud'),
  identity('wsl', 'WSL'),
  {
    ...handMade, name: 'sample-repos', summary: `Repositories and keys of ${release.name}`,
    add: [
      { path: 'etc/yum.repos.d/sample.repo', text: repositoryFile, config: true },
      { path: 'etc/pki/rpm-gpg/RPM-GPG-KEY-sample', text: publicKey },
    ],
  },
  {
    ...handMade, name: 'nano-default-editor', source: 'nano', summary: 'Makes nano the editor', requires: ['nano'],
    provides: ['system-default-editor'], conflicts: ['system-default-editor'],
    add: [{ path: 'etc/profile.d/default-editor.sh', text: 'export EDITOR=/usr/bin/nano\n', config: true }],
  },
  {
    ...handMade, name: 'vim-default-editor', source: 'vim', summary: 'Makes vim the editor', requires: ['vim-minimal'],
    provides: ['system-default-editor'], conflicts: ['system-default-editor'],
    add: [{ path: 'etc/profile.d/default-editor.sh', text: 'export EDITOR=/usr/bin/vi\n', config: true }],
  },
];
