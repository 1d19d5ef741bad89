import { describe, expect, it } from 'vitest';
import { type RpmPackage, writeFile, writeSpec } from '../../distro/spec.ts';

const rpm: RpmPackage = {
  name: 'libfoo', epoch: 1, version: '2.0', release: '3.sample', arch: 'x86_64',
  source: { name: 'foo', version: '2.0', release: '3.sample' },
  summary: '100% foo', description: 'Foo.\n\nMore.', license: 'MIT', url: 'https://example.invalid/',
  relations: [{ tag: 'Requires(pre)', value: 'glibc >= 2' }, { tag: 'Recommends', value: '(a or b)' }],
  files: [{ path: '/usr/lib/libfoo.so.1', mode: 0o755, owner: 'root', group: 'root' }],
  scriptlets: '%post -p <lua>\nreturn 0',
};

describe('writeSpec', () => {
  it('makes a subpackage of the source, so that sourcerpm is right', () => {
    expect(writeSpec(rpm)).toBe(`Name: foo
Version: 2.0
Release: 3.sample
Summary: 100%% foo
License: MIT
Vendor: Sample Linux
URL: https://example.invalid/

%description
Source.

%package -n libfoo
Epoch: 1
Version: 2.0
Release: 3.sample
Summary: 100%% foo
License: MIT
Vendor: Sample Linux
URL: https://example.invalid/
AutoReqProv: no
Requires(pre): glibc >= 2
Recommends: (a or b)

%description -n libfoo
Foo.

More.

%post -n libfoo -p <lua>
return 0

%files -n libfoo
%attr(0755, root, root) "/usr/lib/libfoo.so.1"
`);
  });

  it('uses the main package where the names agree', () => {
    const spec = writeSpec({ ...rpm, name: 'foo', arch: 'noarch' });
    expect(spec).toContain('Name: foo\nEpoch: 1\nVersion: 2.0\nRelease: 3.sample\nBuildArch: noarch\n');
    expect(spec).toContain('\n%files\n');
    expect(spec).not.toContain('%package');
  });
});

describe('writeFile', () => {
  const root = { owner: 'root', group: 'root' };

  it.each([
    [{ path: '/etc', directory: true, mode: 0o755, ...root }, '%dir %attr(0755, root, root) "/etc"'],
    [{ path: '/etc/shadow', mode: 0, kind: 'config', ...root }, '%config(noreplace) %attr(0000, root, root) "/etc/shadow"'],
    [{ path: '/bin', ...root }, '%attr(-, root, root) "/bin"'],
    [{ path: '/usr/bin/chage', mode: 0o2755, owner: 'root', group: 'shadow' }, '%attr(2755, root, shadow) "/usr/bin/chage"'],
    [{ path: '/usr/bin/ping', mode: 0o755, capabilities: 'cap_net_raw=ep', ...root },
      '%caps(cap_net_raw=ep) %attr(0755, root, root) "/usr/bin/ping"'],
    [{ path: '/usr/share/locale/de/x.mo', mode: 0o644, language: 'de', ...root },
      '%lang(de) %attr(0644, root, root) "/usr/share/locale/de/x.mo"'],
    [{ path: '/usr/bin/[', mode: 0o755, ...root }, '%attr(0755, root, root) "/usr/bin/["'],
    [{ path: '/a%b', mode: 0o644, kind: 'doc', ...root }, '%doc %attr(0644, root, root) "/a%%b"'],
  ] as const)('%j', (file, line) => {
    expect(writeFile(file)).toBe(line);
  });
});
