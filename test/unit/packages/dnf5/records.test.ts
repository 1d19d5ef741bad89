import { describe, expect, it } from 'vitest';

import { pinByRecord, readRecord } from '../../../../src/packages/dnf5/records.ts';
import { parseXml } from '../../../../src/readers/xml.ts';
import { sha } from '../samples.ts';

const entry = ({ checksum = `<checksum type="sha256" pkgid="YES">${sha('A')}</checksum>`, location = '<location href="Packages/b/bash-5.3-2.x86_64.rpm"/>' } = {}): string => `
<package type="rpm"><name>bash</name><arch>x86_64</arch><version epoch="1" ver="5.3" rel="2"/>${checksum}
<time file="1" build="2"/><size package="100" installed="300" archive="400"/>${location}
<format><rpm:sourcerpm>bash-5.3-2.src.rpm</rpm:sourcerpm>
<rpm:provides><rpm:entry name="bash" flags="EQ" epoch="1" ver="5.3" rel="2"/><rpm:entry name="bash(x86-64)"/></rpm:provides>
<rpm:requires><rpm:entry name="/bin/sh" pre="1"/><rpm:entry name="/bin/sh"/><rpm:entry name="(a or b &gt;= 5)"/></rpm:requires>
<rpm:recommends><rpm:entry name="bash-completion"/></rpm:recommends>
<file>/usr/bin/bash</file><file type="dir">/etc/skel</file></format></package>`;
const record = (changes = {}): ReturnType<typeof readRecord> => readRecord(parseXml(entry(changes)));
const chosen = { name: 'bash', evr: '1:5.3-2', arch: 'x86_64', repository: 'base', reason: 'asked' } as const;

describe('a package in primary metadata', () => {
  it('is read with what a lock and a resolve need of it', () => {
    expect(record()).toEqual({
      name: 'bash', evr: '1:5.3-2', arch: 'x86_64', checksum: { kind: 'sha256', digest: sha('a') }, size: 100, location: 'Packages/b/bash-5.3-2.x86_64.rpm',
      sourceRpm: 'bash-5.3-2.src.rpm', requires: ['/bin/sh', '(a or b >= 5)'], provides: ['bash', 'bash(x86-64)'], files: ['/usr/bin/bash', '/etc/skel'],
    });
  });

  it.each([
    ['<location href="bash.rpm" xml:base="https://elsewhere.example/x"/>', 'bash.rpm'],
    ['<location href="../Packages/bash.rpm"/>', 'bash.rpm'],
    ['<location href="/Packages/bash.rpm"/>', 'bash.rpm'],
    ['<location href="https://elsewhere.example/x/bash.rpm"/>', 'bash.rpm'],
    ['<location href="./b/../bash.rpm"/>', 'bash.rpm'],
    ['<location href="a/bash.rpm"/>', 'a/bash.rpm'],
  ])('lies inside of its repository: %s', (location, expected) => expect(record({ location }).location).toBe(expected));
});

describe('pinByRecord', () => {
  it.each([['sha256', 64], ['sha512', 128]] as const)('pins by %s', (kind, length) => {
    const digest = 'b'.repeat(length);
    const pinned = pinByRecord(chosen, record({ checksum: `<checksum type="${kind}">${digest}</checksum>` }));
    expect(pinned).toEqual({ ...chosen, checksum: `${kind}:${digest}`, size: 100, location: 'Packages/b/bash-5.3-2.x86_64.rpm', sourceRpm: 'bash-5.3-2.src.rpm' });
  });

  it.each([
    ['SHA-1', `<checksum type="sha">${'b'.repeat(40)}</checksum>`, /the digest sha and not by sha256/],
    ['MD5', `<checksum type="md5">${'b'.repeat(32)}</checksum>`, /the digest md5/],
    ['a digest of another length', `<checksum type="sha256">${'b'.repeat(40)}</checksum>`, /cannot be locked/],
    ['no digest', '', /names it by no digest/],
  ])('refuses to pin by %s', (_what, checksum, message) => expect(() => pinByRecord(chosen, record({ checksum }))).toThrow(message));
});
