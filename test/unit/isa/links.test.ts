import { describe, expect, it } from 'vitest';
import { findLinkLoops } from '../../../src/isa/links.ts';

const loops = (links: Record<string, string>, checkpoint = async (): Promise<void> => {}): Promise<readonly string[]> =>
  findLinkLoops(new Map(Object.entries(links)), checkpoint);

describe('findLinkLoops', () => {
  it.each([
    ['a link to itself', { '/a': 'a' }, ['/a']],
    ['two that name each other', { '/x/a': 'b', '/x/b': '/x/a' }, ['/x/a', '/x/b']],
    ['one through its own folder', { '/a': 'a/b' }, ['/a']],
    ['one through another link', { '/lib': 'usr/lib', '/usr/lib/x': '../../lib/x' }, ['/usr/lib/x']],
    ['what only leads into a loop', { '/a': 'a', '/b': '/a/c' }, ['/a', '/b']],
  ])('finds %s', async (_, links, expected) => {
    expect(await loops(links)).toEqual(expected);
  });

  it.each([
    ['a link to the folder above', { '/usr/bin/up': '..' }],
    ['a link to the root', { '/self': '/' }],
    ['a link to nothing', { '/a': 'nowhere', '/b': '/also/nowhere' }],
    ['more .. than there are folders', { '/a': '../../../../etc' }],
    ['a merged /usr', { '/bin': 'usr/bin', '/usr/bin/sh': 'bash', '/usr/sbin': 'bin' }],
    ['a chain', { '/a': 'b', '/b': 'c', '/c': 'd' }],
  ])('leaves %s alone', async (_, links) => {
    expect(await loops(links)).toEqual([]);
  });

  it('gives way to a signal, however long links take', async () => {
    const long = `${'x/'.repeat(700)}${'../'.repeat(700)}`;
    const links = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`/${index}`, `${long}${index + 1}`]));
    const began = performance.now();
    await expect(loops(links, () => Promise.reject(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
