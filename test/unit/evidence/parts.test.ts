import fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { describe, expect, it } from 'vitest';

import { formatChecksums } from '../../../src/evidence/checksums.ts';
import { readLicense } from '../../../src/evidence/license.ts';
import { rpmPurl } from '../../../src/evidence/purl.ts';

const context = { distribution: 'azurelinux', releasever: '4.0' };

describe('a package URL', () => {
  it('is of the type rpm, with the epoch as a qualifier', () => {
    expect(rpmPurl({ name: 'bash', evr: '5.3-2', arch: 'x86_64' }, context)).toBe('pkg:rpm/azurelinux/bash@5.3-2?arch=x86_64&distro=azurelinux-4.0');
    expect(rpmPurl({ name: 'libstdc++', evr: '2:15~rc1^g-1', arch: 'noarch' }, { ...context, sourceRpm: 'gcc-15-1.src.rpm' })).toBe(
      'pkg:rpm/azurelinux/libstdc%2B%2B@15~rc1%5Eg-1?arch=noarch&distro=azurelinux-4.0&epoch=2&upstream=gcc-15-1.src.rpm',
    );
  });

  it('says to another implementation what it was made from', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][\w.+~^!*'() :@?&=%#-]{0,10}$/).filter((text) => text.trim() === text);
    const version = fc.stringMatching(/^[0-9][\w.~^+]{0,8}$/);
    fc.assert(
      fc.property(word, fc.nat(3), version, version, (name, epoch, v, r) => {
        const purl = PackageURL.fromString(rpmPurl({ name, evr: `${epoch}:${v}-${r}`, arch: 'x86_64' }, context));
        expect(purl).toMatchObject({ type: 'rpm', namespace: 'azurelinux', name, version: `${v}-${r}` });
        expect(purl.qualifiers).toEqual({ arch: 'x86_64', distro: 'azurelinux-4.0', ...(epoch === 0 ? {} : { epoch: String(epoch) }) });
      }),
    );
  });
});

describe('a licence field', () => {
  it.each([
    ['MIT', 'MIT', true],
    ['mit', 'LicenseRef-mit-', false],
    ['GPL-2.0-or-later and (MIT or BSD-3-Clause)', 'GPL-2.0-or-later AND (MIT OR BSD-3-Clause)', true],
    ['MIT AND (Zlib AND ISC)', 'MIT AND Zlib AND ISC', true],
    ['GPL-2.0+ WITH Bison-exception-2.2', 'GPL-2.0+ WITH Bison-exception-2.2', true],
    ['LicenseRef-Callaway-MIT OR Zlib', 'LicenseRef-Callaway-MIT OR Zlib', true],
    ['GPLv2+ and LGPLv2+', 'LicenseRef-GPLv2-and-LGPLv2-', false],
    ['DocumentRef-x:LicenseRef-y', 'LicenseRef-DocumentRef-x-LicenseRef-y-', false],
    ['(((', 'LicenseRef-field-', false],
  ])('%s', (field, expression, standard) => {
    const license = readLicense(field);
    expect(license.standard).toBe(standard);
    expect(license.expression?.slice(0, standard ? undefined : -8)).toBe(expression);
    expect(license.references.length > 0).toBe(expression.includes('LicenseRef-'));
  });
});

it('checksums escape names as sha256sum does', () => {
  expect(formatChecksums([{ name: 'b', sha256: '2' }, { name: 'a\\\n', sha256: '1' }])).toBe('\\1  a\\\\\\n\n2  b\n');
});
