import type { EvidenceInput, EvidencePackage, EvidenceTarget } from '../../../src/evidence/input.ts';

export const sha = (digit: string): string => digit.repeat(64);

export const installed = (name: string, evr: string, more: Partial<EvidencePackage> = {}): EvidencePackage => ({
  name,
  evr,
  arch: 'x86_64',
  size: 1000,
  license: 'GPL-3.0-or-later',
  sourceRpm: `${name}-${evr.replace(/^\d+:/, '')}.src.rpm`,
  vendor: 'Microsoft Corporation',
  buildTime: 1_760_000_000,
  repository: 'base',
  why: 'dependency',
  rpm: { sha256: sha('a'), size: 300 },
  ...more,
});

const baseline: EvidenceTarget = {
  arch: 'x86_64',
  level: 'baseline',
  repositories: [
    {
      id: 'base', level: 'v1', urls: ['https://packages.example/base/$basearch'], gpgcheck: true, repoGpgcheck: false, reason: 'no signed metadata yet',
      keys: [{ name: 'a.asc', digest: `sha256:${sha('1')}` }], fingerprints: ['2bc94fff7015a5f28f1537ad0cd9fed33135ce90'],
      metadata: `sha256:${sha('2')}`,
    },
  ],
  packages: [
    installed('bash', '5.3-2.azl4', { why: 'asked', rpm: { sha256: sha('b'), size: 1_900_000, url: 'https://packages.example/base/x86_64/Packages/b/bash-5.3-2.azl4.x86_64.rpm' } }),
    installed('libstdc++', '15.2.1~rc1^git-1.azl4', { license: 'GPL-3.0-or-later WITH GCC-exception-3.1 and (MIT or LicenseRef-Fedora-Public-Domain)' }),
    installed('openssl-libs', '1:3.5-1.azl4', { license: 'ASL 2.0 & friends', rpm: { sha256: sha('c'), size: 1 } }),
    installed('local', '1-1', { license: '', sourceRpm: '', vendor: '', arch: 'noarch' }),
  ],
  files: { count: 1234, bytes: 5_000_000 },
};

export const input: EvidenceInput = {
  image: { name: 'web', version: '4.0', summary: 'A web server' },
  distribution: { id: 'azurelinux', name: 'Azure Linux 4.0', releasever: '4.0' },
  definition: `sha256:${sha('d')}`,
  lock: `sha256:${sha('e')}`,
  builder: { version: '0.1.0', tools: { dnf5: '5.4.6' } },
  epoch: 1_760_000_000,
  targets: [baseline],
  artifacts: [
    { format: 'oci', name: 'web-4.0.oci', size: 10, sha256: sha('5') },
    { format: 'oci-archive', name: 'web-4.0.oci.tar', size: 20, sha256: sha('6') },
  ],
  deviations: [
    { kind: 'remove', subject: 'package firewalld', reason: 'Network policy is the cluster\'s.', place: { file: '/home/someone/images/web.toml', line: 12, column: 1 } },
    { kind: 'flag', subject: 'system.root-password', reason: 'given by --set', place: { file: 'web.toml' }, was: { value: '$6$old', place: { file: 'x' } }, now: '$6$new' },
  ],
  rules: [{
    artifact: 'web-4.0.oci', platform: 'oci', image: 'amd64', passed: ['oci.layout'], warnings: [{ id: 'oci.os-release', detail: 'NAME is missing' }],
    accepted: [{ id: 'size.installed', detail: '90 MiB installed, of 80 MiB', reason: 'Agreed.' }],
  }],
  timings: { resolve: 0.25, install: 1.5 },
};

/** The same image for two levels: bash is shared, glibc is of each its own. */
export const twoLevels: EvidenceInput = {
  ...input,
  targets: [
    { ...baseline, packages: [...baseline.packages, installed('glibc', '2.42-4.azl4')] },
    { ...baseline, level: 'v3', packages: [...baseline.packages, installed('glibc', '2.42-4.azl4', { repository: 'base-v3', rpm: { sha256: sha('3'), size: 9 } })] },
  ],
};
