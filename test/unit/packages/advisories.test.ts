import { describe, expect, it } from 'vitest';

import { chooseAdvisories, describeAdvisory, unfixedPackages, type Advisory } from '../../../src/packages/advisories.ts';
import { readAdvisory } from '../../../src/packages/dnf5/advisories.ts';
import { parseXml } from '../../../src/readers/xml.ts';

const made = (id: string, type: string, ...packages: readonly string[]): Advisory => ({
  id, type, title: id.toLowerCase(), packages: packages.map((text) => ({ name: text.split(' ')[0] ?? '', evr: text.split(' ')[1] ?? '', arch: 'x86_64' })),
});
const ADVISORIES = [made('S-1', 'security', 'lib 1:2-1', 'lib-devel 1:2-1'), made('B-1', 'bugfix', 'lib 1:3-1'), made('S-2', 'security', 'app 5-1')];
const locked = (name: string, evr: string, arch = 'x86_64'): { name: string; evr: string; arch: string } => ({ name, evr, arch });

describe('advisories', () => {
  it('are chosen by id, or all about security', () => {
    expect(chooseAdvisories(ADVISORIES, 'security').map(({ id }) => id)).toEqual(['S-1', 'S-2']);
    expect(chooseAdvisories(ADVISORIES, ['B-1', 'none']).map(({ id }) => id)).toEqual(['B-1']);
  });

  it('count for locked packages that are older than the fix, of any label', () => {
    const unfixed = unfixedPackages([locked('lib', '1:1-1', 'x86_64_v3'), locked('lib', '1:2-1', 'i686'), locked('app', '1:1-1'), locked('other', '1-1')], ADVISORIES);
    expect([...unfixed].map(([name, open]) => `${name} ${open.map(({ id }) => id).join()}`)).toEqual(['lib S-1,B-1']);
  });

  it('are described with what is known of them', () => {
    expect(describeAdvisory({ ...made('S-1', 'security'), severity: 'Critical', title: 'a fix' })).toBe('S-1 (security, Critical): a fix');
    expect(describeAdvisory({ ...made('S-1', 'security'), title: '' })).toBe('S-1 (security)');
  });

  it('are read from updateinfo metadata', () => {
    expect(readAdvisory(parseXml(`<update type="security"><id>S-1</id><title>a &amp; b</title><severity>Low</severity><pkglist><collection><name>c</name>
<package name="lib" version="2" release="1" epoch="1" arch="noarch"><filename>lib.rpm</filename></package></collection>
<collection><package name="app" version="5" release="1" arch="x86_64"/></collection></pkglist></update>`))).toEqual({
      id: 'S-1', type: 'security', severity: 'Low', title: 'a & b',
      packages: [{ name: 'lib', evr: '1:2-1', arch: 'noarch' }, { name: 'app', evr: '5-1', arch: 'x86_64' }],
    });
  });
});
