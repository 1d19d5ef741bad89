import { describe, expect, it } from 'vitest';
import { matches } from '../../distro/glob.ts';

describe('matches', () => {
  it.each([
    ['usr/bin/ls', 'usr/bin/*', true], ['usr/bin/x/ls', 'usr/bin/*', false], ['usr/bin/x/ls', 'usr/bin/**', true],
    ['ls', '**/ls', true], ['a/b/ls', '**/ls', true], ['xls', '**/ls', false],
    ['m/fs/jfs/jfs.ko', 'm/fs/{9p,jfs}/**', true], ['m/fs/xfs/xfs.ko', 'm/fs/{9p,jfs}/**', false],
    ['lib/7.2+deb14-amd64/a.b', 'lib/7.2+deb14-amd64/*.b', true], ['lib/7x2+deb14-amd64/a.b', 'lib/7.2+deb14-amd64/*.b', false],
    ['rpm/xen', 'rpm/[!xn]*', false], ['rpm/arm', 'rpm/[!xn]*', true], ['a,b', 'a,b', true], ['ab', 'a?', true],
  ])('%s by %s: %s', (path, glob, expected) => {
    expect(matches(path, glob)).toBe(expected);
  });
});
