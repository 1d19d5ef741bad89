import { describe, expect, it } from 'vitest';
import { findLag, type AvailablePackage } from '../../../src/isa/lag.ts';

const labelled = (name: string, evr: string, arch: string): AvailablePackage => ({ name, evr, arch, repoid: 'base' });
const own = (name: string, evr: string, level: 'v1' | 'v3'): AvailablePackage => ({
  name,
  evr,
  arch: 'x86_64',
  repoid: `base-${level}`,
  level,
});
const target = { architecture: 'x86_64', level: 'v3' } as const;

describe('findLag with labelled packages', () => {
  it('excludes the exact older build', () => {
    const { lags, excludes } = findLag(
      [labelled('openssl-libs', '1:3.2.4-1', 'x86_64_v3'), labelled('openssl-libs', '1:3.2.4-2', 'x86_64')],
      target,
    );
    expect(lags).toMatchObject([{ name: 'openssl-libs', newestLevel: 'baseline', laggingLevel: 'v3' }]);
    expect(lags[0]?.reason).toBe(
      'openssl-libs 1:3.2.4-2 for x86-64 is newer than 1:3.2.4-1 for x86-64-v3; the newer one is taken.',
    );
    expect(excludes).toEqual([{ repoid: 'base', packages: ['openssl-libs-1:3.2.4-1.x86_64_v3'] }]);
  });

  it('finds nothing where the v3 build is as new or newer', () => {
    const builds = [
      labelled('zlib', '1.3-1', 'x86_64_v3'),
      labelled('zlib', '1.3-1', 'x86_64'),
      labelled('bash', '5.2.27-1', 'x86_64_v3'),
      labelled('bash', '5.2.26-6', 'x86_64'),
      labelled('tzdata', '2026a-1', 'noarch'),
    ];
    expect(findLag(builds, target)).toEqual({ lags: [], excludes: [] });
  });

  it('looks at the versions as rpm does, not as text', () => {
    const builds = [
      labelled('curl', '8.9.1-2', 'x86_64_v3'),
      labelled('curl', '8.10.0-1', 'x86_64'),
      labelled('gnutls', '3.8.9~rc1-1', 'x86_64_v3'),
      labelled('gnutls', '3.8.9-1', 'x86_64'),
    ];
    expect(findLag(builds, target).lags.map(({ name }) => name)).toEqual(['curl', 'gnutls']);
  });

  it('excludes every older build above the newest, and none below it', () => {
    const builds = [
      labelled('glibc', '2.42-1', 'x86_64'),
      labelled('glibc', '2.42-3', 'x86_64_v2'),
      labelled('glibc', '2.42-2', 'x86_64_v3'),
      labelled('glibc', '2.42-1', 'x86_64_v3'),
      labelled('glibc', '2.42-1', 'x86_64_v4'),
    ];
    expect(findLag(builds, target).excludes).toEqual([
      { repoid: 'base', packages: ['glibc-2.42-2.x86_64_v3', 'glibc-2.42-1.x86_64_v3'] },
    ]);
    expect(findLag(builds, { architecture: 'x86_64', level: 'v2' })).toEqual({ lags: [], excludes: [] });
  });

  it('forgets an old build where a newer one of the same level is there', () => {
    const builds = [
      labelled('sed', '4.9-1', 'x86_64_v3'),
      labelled('sed', '4.9-3', 'x86_64_v3'),
      labelled('sed', '4.9-2', 'x86_64'),
    ];
    expect(findLag(builds, target)).toEqual({ lags: [], excludes: [] });
  });

  it('has one list a repository', () => {
    const lagging = (name: string, repoid: string): AvailablePackage[] => [
      { ...labelled(name, '1-1', 'x86_64_v3'), repoid },
      { ...labelled(name, '1-2', 'x86_64'), repoid },
    ];
    const { excludes } = findLag([...lagging('b', 'base'), ...lagging('a', 'base'), ...lagging('c', 'extras')], target);
    expect(excludes).toEqual([
      { repoid: 'base', packages: ['a-1-1.x86_64_v3', 'b-1-1.x86_64_v3'] },
      { repoid: 'extras', packages: ['c-1-1.x86_64_v3'] },
    ]);
  });
});

describe('findLag with a repository a level', () => {
  it('reports the lag and excludes nothing, since dnf5 takes the newest by itself', () => {
    const { lags, excludes } = findLag([own('openssl', '3.2.4-1', 'v3'), own('openssl', '3.2.4-2', 'v1')], target);
    expect(lags).toMatchObject([{ name: 'openssl', newest: { repoid: 'base-v1' }, lagging: { repoid: 'base-v3' } }]);
    expect(excludes).toEqual([]);
  });

  it('does not count a package that is only in one of them', () => {
    expect(findLag([own('only-v3', '1-1', 'v3'), own('only-base', '1-1', 'v1')], target).lags).toEqual([]);
  });

  it('passes over what the target does not use', () => {
    const builds = [own('openssl', '3.2.4-1', 'v3'), own('openssl', '3.2.4-2', 'v1')];
    expect(findLag(builds, { architecture: 'x86_64', level: 'baseline' }).lags).toEqual([]);
    expect(findLag(builds, { architecture: 'aarch64', level: 'baseline' }).lags).toEqual([]);
  });
});
