import { describe, expect, it } from 'vitest';

import type { Host } from '../../../src/host/port.ts';
import { insideRoot } from '../../../src/rootfs/inside.ts';
import { linkInRoot, writeInRoot } from '../../../src/rootfs/write-file.ts';
import { memoryHost } from '../../support/memory-files.ts';

const links = {
  '/root/etc/real': 'x',
  '/root/absolute': { link: '/etc/passwd' },
  '/root/out': { link: '../../../../etc' },
  '/root/lib': { link: 'usr/lib' },
  '/root/var/run': { link: '../run' },
  '/root/a': { link: 'b' },
  '/root/b': { link: 'a' },
  '/root/self': { link: 'self' },
  '/root/deep/one': { link: '/deep/two' },
  '/root/deep/two': { link: '/usr/lib/deep' },
  '/etc/passwd': "the builder's own",
};

describe('insideRoot', () => {
  const follow = (path: string): Promise<string> => insideRoot(memoryHost(links), '/root', path, { follow: true });
  it.each([
    ['/etc/real', '/root/etc/real'],
    ['/absolute', '/root/etc/passwd'],
    ['/out/shadow', '/root/etc/shadow'],
    ['/lib/modules', '/root/usr/lib/modules'],
    ['/var/run/lock', '/root/run/lock'],
    ['/deep/one/x', '/root/usr/lib/deep/x'],
    ['../../../etc/passwd', '/root/etc/passwd'],
    ['/etc/../../../x', '/root/x'],
    ['/./etc//real', '/root/etc/real'],
    ['/not/there/yet', '/root/not/there/yet'],
    ['/', '/root'],
  ])('%s lies at %s', async (path, place) => expect(await follow(path)).toBe(place));

  it.each(['/a', '/self/x', '/b/c'])('refuses %s, which goes round in circles', async (path) => {
    await expect(follow(path)).rejects.toMatchObject({ code: 'link-loop' });
  });

  it('leaves a link at the end alone, so that it can be replaced', async () => {
    expect(await insideRoot(memoryHost(links), '/root', '/absolute')).toBe('/root/absolute');
    expect(await insideRoot(memoryHost(links), '/root', '/a')).toBe('/root/a');
  });
});

describe('writing into a root', () => {
  const write = async (path: string) => {
    const host = memoryHost(links);
    await writeInRoot(host as unknown as Host, '/root', { path, content: 'new', mode: 0o600, uid: 5, gid: 6 });
    return host;
  };

  it('replaces a link instead of writing through it', async () => {
    const host = await write('/absolute');
    expect(host.tree()['/root/absolute']).toBe('new');
    expect(host.tree()['/etc/passwd']).toBe("the builder's own");
    expect([host.modeOf('/root/absolute'), host.ownerOf('/root/absolute')]).toEqual([0o600, '5:6']);
  });

  it('stays inside where a folder on the way is a link out', async () => {
    const host = await write('/out/passwd');
    expect(host.tree()['/root/etc/passwd']).toBe('new');
    expect(host.tree()['/etc/passwd']).toBe("the builder's own");
  });

  it('makes folders that are missing', async () => {
    expect((await write('/lib/new/file')).tree()['/root/usr/lib/new/file']).toBe('new');
  });

  it('makes links the same way', async () => {
    const host = memoryHost(links);
    await linkInRoot(host as unknown as Host, '/root', '/etc/real', '../usr/x');
    expect(host.tree()['/root/etc/real']).toBe(' -> ../usr/x');
  });
});
