import { describe, expect, it } from 'vitest';
import {
  type Names, parseRelations, translateConflicts, translateNeeds, translateProvides,
} from '../../distro/dependency.ts';

const rpm: Readonly<Record<string, string>> = {
  'libc6': 'glibc', 'libc-bin': 'glibc', 'gpg': 'gnupg2', 'gnupg': 'gnupg2', 'gawk': 'gawk', 'mawk': 'mawk',
};
const names: Names = {
  rpmName: (deb) => rpm[deb],
  isProvided: (name) => name === 'awk',
  isDropped: (deb) => deb === 'debconf',
};
const needs = (field: string, self = 'bash') => translateNeeds(parseRelations(field), self, names);

describe('parseRelations', () => {
  it('reads groups, alternatives, versions and qualifiers', () => {
    expect(parseRelations('libc6 (>= 2.38), python3:any, a|b (<<1.0)')).toEqual([
      [{ name: 'libc6', operator: '>=', version: '2.38' }],
      [{ name: 'python3' }],
      [{ name: 'a' }, { name: 'b', operator: '<<', version: '1.0' }],
    ]);
    expect(parseRelations('')).toEqual([]);
  });

  it('refuses what it cannot read', () => {
    expect(() => parseRelations('libc6 >= 2')).toThrow('not a Debian relation: "libc6 >= 2"');
  });
});

describe('translateNeeds', () => {
  it.each([
    ['libc6 (>= 2.38)', 'glibc >= 2.38'],
    ['libc6 (= 2.43-7+b1)', 'glibc = 2.43-7.sample'],
    ['libc6 (>> 2.43)', 'glibc >= 2.43'],
    ['libc6 (>> 2.43-1)', 'glibc > 2.43-1.sample'],
    ['libc6 (<< 2.44)', 'glibc < 2.44'],
    ['libc6 (>= 2.43-2)', 'glibc >= 2.43-2'],
    ['gawk | mawk', '(gawk or mawk)'],
    ['gnupg (>= 2.1) | gpg (>= 2.1)', 'gnupg2 >= 2.1'],
    ['systemd | gawk', 'gawk'],
    ['awk', 'awk'],
  ])('%s', (field, relation) => {
    expect(needs(field)).toEqual({ relations: [relation], unknown: [] });
  });

  it('meets a need of itself by itself', () => {
    expect(needs('libc6 (>> 2.43), libc-bin | other', 'glibc')).toEqual({ relations: [], unknown: [] });
  });

  it('leaves out what was reviewed and names what was not', () => {
    expect(needs('debconf (>= 0.5) | debconf-2.0, libfoo1 (>= 2) | libbar1')).toEqual({
      relations: [], unknown: ['libfoo1 (>= 2) | libbar1'],
    });
  });
});

describe('other relations', () => {
  it('conflicts only with other packages of the set', () => {
    const groups = parseRelations('libc-bin (<< 2), mawk, unknown (<< 3)');
    expect(translateConflicts(groups, 'glibc', names)).toEqual(['mawk']);
  });

  it('keeps provided names', () => {
    expect(translateProvides(parseRelations('awk, libz (= 1:2-3)'))).toEqual(['awk', 'libz = 1:2-3.sample']);
  });
});
