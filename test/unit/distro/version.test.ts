import { describe, expect, it } from 'vitest';
import { formatEvr, packageEvr, splitVersion } from '../../distro/version.ts';

describe('splitVersion', () => {
  it.each([
    ['5.3-4', { version: '5.3', release: '4' }],
    ['1:4.20.3-1', { epoch: 1, version: '4.20.3', release: '1' }],
    ['0:1.0-1', { version: '1.0', release: '1' }],
    ['5.4.6.0-2+b1', { version: '5.4.6.0', release: '2' }],
    ['20260816+nmu1', { version: '20260816+nmu1' }],
    ['1.2-3-4', { version: '1.2.3', release: '4' }],
    ['3.11~rc1-1~exp2', { version: '3.11~rc1', release: '1~exp2' }],
    ['1:1.3.dfsg+really1.3.2-3', { epoch: 1, version: '1.3.dfsg+really1.3.2', release: '3' }],
  ])('%s', (debian, evr) => {
    expect(splitVersion(debian)).toEqual(evr);
  });

  it('refuses nothing at all', () => {
    expect(() => splitVersion(' ')).toThrow('not a Debian version');
  });
});

describe('packageEvr', () => {
  it('always has a release with the dist tag', () => {
    expect(formatEvr(packageEvr('2:6.3.0+dfsg-5+b2'))).toBe('2:6.3.0+dfsg-5.sample');
    expect(formatEvr(packageEvr('20260816+nmu1'))).toBe('20260816+nmu1-1.sample');
  });
});
