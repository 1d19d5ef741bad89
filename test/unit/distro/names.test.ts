import { describe, expect, it } from 'vitest';
import { namesOf } from '../../distro/compose.ts';
import { containerRows } from '../../distro/data/container.ts';
import { handMadeRows } from '../../distro/data/handmade.ts';
import { vmRows } from '../../distro/data/vm.ts';
import { wholeDebsOf } from '../../distro/row.ts';

const rows = [...handMadeRows('key'), ...containerRows, ...vmRows];

describe('the package table', () => {
  it('names each RPM once, and takes each Debian package as a whole once', () => {
    const twice = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);
    expect(twice(rows.map(({ name }) => name))).toEqual([]);
    expect(twice(rows.flatMap(wholeDebsOf))).toEqual([]);
  });

  it('has enough packages that choosing matters', () => {
    expect(containerRows.length).toBeGreaterThan(50);
  });
});

describe('namesOf', () => {
  const names = namesOf(containerRows, new Map([['gawk', new Map([['Provides', 'awk']])]]));

  it('maps Debian names, a split package to the row that kept the name, and virtual names', () => {
    expect(['libc6', 'rpm', 'openssl', 'libtinfo6', 'systemd'].map(names.rpmName))
      .toEqual(['glibc', 'rpm', 'openssl', 'ncurses-libs', undefined]);
    expect([names.isProvided('awk'), names.isProvided('editor')]).toEqual([true, false]);
    expect([names.isDropped('debconf'), names.isDropped('systemd')]).toEqual([true, false]);
  });
});
