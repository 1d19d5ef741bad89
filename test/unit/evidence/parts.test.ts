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

  it('is never lost and never takes long or deep', () => {
    expect(readLicense(' ').expression).toBeUndefined();
    expect(readLicense('('.repeat(1_000_000)).standard).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (field) => {
        const { expression, references } = readLicense(field);
        expect(expression === undefined).toBe(field.trim() === '');
        expect(references.every(({ id }) => /^LicenseRef-[A-Za-z0-9.-]+$/.test(id))).toBe(true);
      }),
    );
  });

  it('reads the same again', () => {
    const name = fc.constantFrom('MIT', 'Zlib', 'ISC', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-A');
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, name, fc.tuple(tie('tree'), fc.constantFrom('AND', 'or'), tie('tree')).map(([a, word, b]) => `(${a}) ${word} (${b})`)),
    }));
    fc.assert(
      fc.property(tree, (field) => {
        const { expression = '' } = readLicense(field);
        expect(readLicense(expression).expression).toBe(expression);
        expect(truth(expression)).toEqual(truth(field));
      }),
    );
  });
});

/** What an expression says of each choice of licences: dropping parentheses must not change it. */
function truth(expression: string): readonly boolean[] {
  const names = ['MIT', 'Zlib', 'ISC', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-A'];
  return Array.from({ length: 2 ** names.length }, (_, choice) => {
    let logic = expression;
    for (const [index, name] of names.entries()) logic = logic.replaceAll(name, ((choice >> index) & 1) === 1 ? 'T' : 'F');
    return evaluate(logic.replaceAll(/ and /gi, '&').replaceAll(/ or /gi, '|'));
  });
}

function evaluate(logic: string): boolean {
  let text = logic;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replaceAll(/\(([TF])\)/g, '$1');
    if (text === before) text = text.replaceAll(/([TF])&([TF])/g, (_, a: string, b: string) => (a === 'T' && b === 'T' ? 'T' : 'F'));
    if (text === before) text = text.replace(/(?<!&)([TF])\|([TF])(?!&)/, (_, a: string, b: string) => (a === 'T' || b === 'T' ? 'T' : 'F'));
  }
  expect(text).toMatch(/^[TF]$/);
  return text === 'T';
}

it('checksums escape names as sha256sum does', () => {
  expect(formatChecksums([{ name: 'b', sha256: '2' }, { name: 'a\\\n', sha256: '1' }])).toBe('\\1  a\\\\\\n\n2  b\n');
});
