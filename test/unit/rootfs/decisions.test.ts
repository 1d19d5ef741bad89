import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { InstalledPackage } from '../../../src/packages/read-packages.ts';
import { accountId, parseAccounts } from '../../../src/rootfs/accounts.ts';
import { manifest2, packagesToRemove, parseManifest2 } from '../../../src/rootfs/distroless.ts';

const installed = (name: string, more: Partial<InstalledPackage> = {}): InstalledPackage => ({
  name, evr: '1-1', arch: 'x86_64', size: 10, license: 'MIT', sourceRpm: `${name}-1-1.src.rpm`, vendor: 'Sample', buildTime: 5, ...more,
});

describe('packagesToRemove', () => {
  const all = ['bash', 'bash-completion', 'coreutils', 'coreutils-common', 'libstdc++', 'rpm', 'rpm-libs'].map((name) => installed(name));
  it.each([
    [['bash'], ['bash']],
    [['coreutils*'], ['coreutils', 'coreutils-common']],
    [['*-libs', 'libstdc++'], ['libstdc++', 'rpm-libs']],
    [['bas.', 'rpm-lib?'], []],
    [['*'], all.map(({ name }) => name)],
    [[], []],
  ])('%j', (patterns, names) => expect(packagesToRemove(patterns, all)).toEqual(names));
});

it('the manifest of scanners has ten fields a package', () => {
  expect(manifest2([installed('bash', { evr: '2:5.3-2', vendor: '' }), installed('tz', { arch: 'noarch' })], 77)).toBe(
    'bash\t5.3-2\t77\t5\t(none)\t2\t10\tx86_64\t2\tbash-1-1.src.rpm\ntz\t1-1\t77\t5\tSample\t(none)\t10\tnoarch\t0\ttz-1-1.src.rpm\n',
  );
});

describe('parseManifest2', () => {
  it('reads what was written, but for licences', () => {
    const packages = [installed('bash', { evr: '2:5.3-2', vendor: '' }), installed('tz', { arch: 'noarch' })];
    expect(parseManifest2(manifest2(packages, 77))).toEqual(packages.map((entry) => ({ ...entry, license: '' })));
  });

  it('takes any text, and lists only what has a name, a version and an architecture', () => {
    const field = fc.string({ unit: fc.constantFrom('\t', '\n', 'a', '1', '(none)', '\0', '-') });
    fc.assert(fc.property(field, (text) => {
      for (const { name, evr, arch, size } of parseManifest2(text)) {
        expect([name, evr, arch]).not.toContain('');
        expect(Number.isSafeInteger(size)).toBe(true);
      }
    }), { numRuns: 500 });
  });
});

describe('accounts', () => {
  const users = parseAccounts('daemon:x:2:2::/:/sbin/nologin\nbroken\n:x:9\nodd:x:y\n');
  it('are names and numbers; root is always there', () => expect(Object.fromEntries(users)).toEqual({ root: 0, daemon: 2 }));
  it.each([['daemon', 2], ['1234', 1234], ['root', 0]])('%s is %i', (name, id) => expect(accountId(users, name, 'user')).toBe(id));
  it('names those that there are when one is not', () => {
    expect(() => accountId(users, 'nginx', 'user')).toThrow('the image has no user `nginx`');
  });
});
