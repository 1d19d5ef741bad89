import { describe, expect, it } from 'vitest';

import { HewError } from '../../../../src/errors.ts';
import { formatDnf5Manifest } from '../../../../src/locking/foreign/dnf5-manifest.ts';
import { formatKonflux } from '../../../../src/locking/foreign/konflux.ts';
import { readForeignLock } from '../../../../src/locking/import-lock.ts';
import { sortLock } from '../../../../src/packages/lock-file.ts';
import { lockRequest, requestDigest } from '../../../../src/packages/lock-request.ts';
import { lockedPackage, makePlan, sha } from '../../packages/samples.ts';

const request = lockRequest(makePlan());
const lock = sortLock({
  request, definition: requestDigest(request), keys: new Map([['base', [sha('1').slice(24)]]]),
  packages: [
    lockedPackage('zlib', '1:1.3-1', { sourceRpm: 'zlib-1.3-1.src.rpm', location: 'z/zlib-1.3-1.x86_64.rpm' }),
    lockedPackage('bash', '5.3-2', { arch: 'noarch', checksum: `sha512:${sha('b')}${sha('b')}` }),
  ],
});
const PACKAGES = [
  { name: 'bash', evr: '5.3-2', arch: 'noarch', repository: 'base', checksum: `sha512:${sha('b')}${sha('b')}`, size: 1000 },
  { name: 'zlib', evr: '1:1.3-1', arch: 'x86_64', repository: 'base', checksum: `sha256:${sha('a')}`, size: 1000 },
];

describe('packages.manifest.yaml', () => {
  const text = formatDnf5Manifest(lock, (url) => url.replace('$basearch', 'x86_64'));

  it('holds what libpkgmanifest knows and nothing of hew’s own', () => {
    expect(text).toBe(`document: rpm-package-manifest
version: 0.2.2
data:
  repositories:
    - id: base
      baseurl: https://packages.example/base/x86_64
  packages:
    noarch:
      - name: bash
        repo_id: base
        checksum: sha512:${sha('b')}${sha('b')}
        size: 1000
        evr: 5.3-2
    x86_64:
      - name: zlib
        repo_id: base
        location: z/zlib-1.3-1.x86_64.rpm
        checksum: sha256:${sha('a')}
        size: 1000
        evr: 1:1.3-1
        srpm: zlib-1.3-1.src
`);
  });

  it('is read again', () => expect(readForeignLock(text, 'x')).toEqual(PACKAGES));

  it('is read for the architectures that a package is for, without sources, with checksums in capitals and an epoch of 0', () => {
    expect(readForeignLock(`document: rpm-package-manifest
version: 0.2
data:
  repositories: []
  packages:
    src: [{name: a, repo_id: r, checksum: "sha256:${sha('c')}", size: 1, evr: 1-1}]
    noarch: [{name: a, repo_id: r, checksum: "SHA256:${sha('C')}", size: 1, evr: 0:1-1, parent_archs: [x86_64, aarch64], module: "m:1"}]
`, 'x')).toEqual(['x86_64', 'aarch64'].map((installedOn) => ({ name: 'a', evr: '1-1', arch: 'noarch', repository: 'r', checksum: `sha256:${sha('c')}`, size: 1, installedOn })));
  });
});

describe('rpms.lock.yaml', () => {
  const text = formatKonflux(lock.packages.map((entry) => ({ ...entry, url: `https://packages.example/base/x86_64/${entry.name}-1.${entry.arch}.rpm`, installedOn: 'x86_64' })));

  it('names each package by address', () => {
    expect(text).toBe(`---
lockfileVersion: 1
lockfileVendor: redhat
arches:
  - arch: x86_64
    packages:
      - url: https://packages.example/base/x86_64/bash-1.noarch.rpm
        repoid: base
        size: 1000
        checksum: sha512:${sha('b')}${sha('b')}
        name: bash
        evr: 5.3-2
      - url: https://packages.example/base/x86_64/zlib-1.x86_64.rpm
        repoid: base
        size: 1000
        checksum: sha256:${sha('a')}
        name: zlib
        evr: 1:1.3-1
        sourcerpm: zlib-1.3-1.src.rpm
    source: []
    module_metadata: []
`);
  });

  it('is read again', () => expect(readForeignLock(text, 'x')).toEqual(PACKAGES.map((entry) => ({ ...entry, installedOn: 'x86_64' }))));

  it.each([
    ['another version', text.replace('lockfileVersion: 1', 'lockfileVersion: 2'), 'lock-foreign'],
    ['a checksum that can be forged', text.replace(`sha256:${sha('a')}`, `sha1:${sha('a').slice(24)}`), 'lock-foreign'],
    ['an address of no package', text.replace('zlib-1.x86_64.rpm', 'zlib'), 'lock-foreign'],
    ['no YAML', `${text}\n  - : {`, 'lock-syntax'],
    ['another file', 'name = "x"', 'lock-foreign'],
  ])('with %s is refused', (_what, changed, code) => {
    let failure: unknown;
    try {
      readForeignLock(changed, 'rpms.lock.yaml');
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(HewError);
    expect((failure as HewError).code).toBe(code);
    expect((failure as HewError).problems[0]?.place?.file).toBe('rpms.lock.yaml');
  });
});
