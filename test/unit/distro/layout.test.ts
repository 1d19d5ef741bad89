import { describe, expect, it } from 'vitest';
import { classify, isShared } from '../../distro/classify.ts';
import { divide, placeFile } from '../../distro/layout.ts';
import type { Entry } from '../../distro/listing.ts';
import type { Row } from '../../distro/row.ts';

const row: Row = { name: 'foo-libs', from: ['libfoo1', 'libfoo-data'], remove: ['usr/share/foo/**'] };

describe('placeFile', () => {
  it.each([
    ['bin/foo', 'usr/bin/foo'],
    ['lib', 'usr/lib'],
    ['libexec/foo', 'libexec/foo'],
    ['usr/share/doc/libfoo1/copyright', 'usr/share/licenses/foo-libs/copyright'],
    ['boot/vmlinuz-7.1-amd64', 'usr/lib/modules/7.1-amd64/vmlinuz'],
    ['usr/share/lintian', undefined],
    ['usr/share/lintian/overrides/libfoo1', undefined],
    ['usr/share/doc/libfoo1/changelog.Debian.gz', undefined],
    ['usr/share/foo/x/y', undefined],
  ])('%s', (path, placed) => {
    expect(placeFile(path, 'libfoo1', row)).toBe(placed);
  });

  it('keeps the licences of merged packages apart', () => {
    expect(placeFile('usr/share/doc/libfoo-data/copyright', 'libfoo-data', row))
      .toBe('usr/share/licenses/foo-libs/copyright.libfoo-data');
  });
});

describe('divide', () => {
  it('serves globs first and gives the rest to the row that takes the package', () => {
    const entry = (path: string): Entry => ({ path, kind: 'file', mode: 0o644, owner: 'root', group: 'root' });
    const rows: Row[] = [{ name: 'rpm', from: [{ deb: 'rpm', only: ['usr/bin/rpm'] }] }, { name: 'rpm-build', from: ['rpm'] }];
    const divided = divide(rows, new Map([['rpm', [entry('usr/bin/rpm'), entry('usr/bin/rpmbuild')]]]));
    expect([...divided].map(([name, placed]) => [name, placed.map(({ path }) => path)])).toEqual([
      ['rpm', ['usr/bin/rpm']], ['rpm-build', ['usr/bin/rpmbuild']],
    ]);
  });
});

describe('classify', () => {
  it.each([
    ['/etc/foo.conf', { kind: 'config' }],
    ['/etc/other', {}],
    ['/usr/share/doc/foo/README', { kind: 'doc' }],
    ['/usr/share/man/man1/foo.1.gz', { kind: 'doc' }],
    ['/usr/share/man/pt_BR/man1/foo.1.gz', { kind: 'doc', language: 'pt_BR' }],
    ['/usr/share/locale/sr@latin/LC_MESSAGES/foo.mo', { language: 'sr@latin' }],
    ['/usr/share/licenses/foo/copyright', { kind: 'license' }],
  ])('%s', (path, expected) => {
    expect(classify(path, false, new Set(['/etc/foo.conf']))).toEqual(expected);
  });

  it('knows the folders of filesystem', () => {
    expect(['/usr/bin', '/', '/usr/share/man/man8'].every(isShared)).toBe(true);
    expect(isShared('/usr/share/foo')).toBe(false);
  });
});
