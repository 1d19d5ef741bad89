import { describe, expect, it } from 'vitest';

import { mirrorAmong } from '../../../src/host/debian-mirror.ts';
import { identityMap } from '../../../src/host/namespace.ts';
import { subordinateStart } from '../../../src/host/subordinate-ids.ts';
import { hostPaths } from '../../../src/host/paths.ts';
import { quoteCommand } from '../../../src/host/quote.ts';
import { sandboxArguments } from '../../../src/host/sandbox.ts';
import { treePackages, treePath } from '../../../src/host/tools-tree.ts';
import { isNewEnough } from '../../../src/host/toolset.ts';
import type { Command, View } from '../../../src/host/port.ts';
import { compareToolVersions, TOOLS, versionIn } from '../../../src/tools.ts';

describe('subordinateStart', () => {
  const file = 'small:100000:1000\nme:200000:65536\n1001:300000:65535\nme:400000:65536\nbroken\n';
  it.each([['me', 1000, 200_000], ['other', 1001, 300_000], ['small', 5, undefined], ['nobody', 7, undefined]])(
    '%s (%i) starts at %s', (name, uid, start) => expect(subordinateStart(file, name, uid)).toBe(start),
  );
});

it('the identity map covers the ids that there are', () => {
  expect(identityMap('         0          0 4294967295\n')).toBe('0 0 4294967295\n');
  expect(identityMap('0 1000 1\n1 100000 65536\n')).toBe('0 0 1\n1 1 65536\n');
});

describe('mirrorAmong', () => {
  it('takes the first archive with a whole suite', () => {
    expect(mirrorAmong('https://deb.example/debian-security/ bookworm-security\nhttps://security.example/debian stable\nhttps://deb.example/debian/ bookworm-updates\nhttps://deb.example/debian/ bookworm\n'))
      .toBe('https://deb.example/debian');
  });
  it('finds none in another distribution', () => expect(mirrorAmong('https://example/ubuntu noble\n\n')).toBeUndefined());
});

describe('versions', () => {
  it.each([['5.2.5', '5.2.5', 0], ['5.2.10', '5.2.9', 1], ['1.34', '1.34.1', -1], ['10', '9.9', 1], ['4.2', '4.2.0', 0]])(
    '%s against %s', (a, b, sign) => expect(Math.sign(compareToolVersions(a, b))).toBe(sign),
  );
  it.each([['tar (GNU tar) 1.35', '1.35'], ['dnf5 version 5.4.6.0\nlibdnf5', '5.4.6.0'], ['mke2fs 1.47.2 (1-Jan-2025)', '1.47.2'], ['no number 7', undefined], ['systemd 262 (262.1-2)\n+PAM', '262'], ['ukify 262~rc1 (262~rc1-1)', '262']])(
    'in %j', (text, version) => expect(versionIn(text)).toBe(version),
  );
  it('a tool without a version passes only where none is asked for', () => {
    const tool = { purpose: '', debian: '', fedora: '' };
    expect(isNewEnough(tool, undefined)).toBe(true);
    expect(isNewEnough({ ...tool, minimum: '2.0' }, undefined)).toBe(false);
    expect(isNewEnough({ ...tool, minimum: '2.0' }, '2.0.1')).toBe(true);
  });
});

describe('sandboxArguments', () => {
  const WORKSPACE = 4 * 1024 ** 3;
  const words = sandboxArguments({ read: ['/in'], write: ['/out'] }, { path: '/tree' }, WORKSPACE);
  it('shows the tree and what the view names, and no network', () => {
    expect(words.join(' ')).toContain('--ro-bind /tree/usr /usr');
    expect(words.join(' ')).toContain('--ro-bind /in /in --bind /out /out');
    expect(words).toContain('--unshare-net');
    expect(words.at(-1)).toBe('--');
  });
  it.each<View>([{}, { installroot: '/r', installrootAt: ['/mnt'] }, { root: '/r' }])('limits all memory of %j that can be written to', (view) => {
    const argv = sandboxArguments(view, { path: '/tree' }, WORKSPACE);
    const sizes = argv.flatMap((word, at) => (word === '--tmpfs' ? [argv.slice(at - 2, at)] : []));
    expect(sizes.every(([option, size]) => option === '--size' && Number(size) <= WORKSPACE / 4)).toBe(true);
    const bare = argv.flatMap((word, at) => (word === '--dev' ? [argv[at + 1]] : [])).concat(view.root === undefined ? ['/'] : []);
    for (const place of bare) expect(argv.join(' ')).toContain(`--remount-ro ${place} `);
  });
  it('makes no mount point that an image would keep', () => {
    expect(() => sandboxArguments({ root: '/r', write: ['/out'] }, { path: '/tree' }, WORKSPACE)).toThrow('/out: a mount point that the root /r would keep');
    expect(sandboxArguments({ root: '/r', placeWritable: { '/run/hew': '/out' } }, { path: '/tree' }, WORKSPACE).join(' ')).toContain('--bind /out /run/hew');
  });
  it('gives the network only to a step that says so', () => {
    const fetching = sandboxArguments({ network: true }, { path: '/tree' }, WORKSPACE);
    expect(fetching).not.toContain('--unshare-net');
    expect(fetching).toContain('/etc/resolv.conf');
    expect(words).not.toContain('/etc/resolv.conf');
  });
  it('drops every capability but those that packages need', () => {
    expect(words.slice(words.indexOf('--cap-drop'), words.indexOf('--cap-drop') + 2)).toEqual(['--cap-drop', 'ALL']);
    expect(words).not.toContain('CAP_SYS_ADMIN');
    expect(words).not.toContain('CAP_MKNOD');
  });
});

it('the compiler holds every tool to the table, save programs of an image', () => {
  const args: readonly string[] = [];
  // @ts-expect-error: `rm` has no row.
  const unknown: Command = { tool: 'rm', args, view: { write: ['/out'] } };
  const known: Command = { tool: 'xfs_db', args, view: { read: ['/in'] } };
  const ofImage: Command = { tool: 'dracut', args, view: { root: '/r' } };
  expect([unknown, known, ofImage].map(({ tool }) => tool in TOOLS)).toEqual([false, true, false]);
});

it('paths follow HEW_CACHE, then XDG, then the home folder', () => {
  expect(hostPaths({ HEW_CACHE: '/c' }).cache).toBe('/c');
  expect(hostPaths({ XDG_CACHE_HOME: '/x' }).cache).toBe('/x/hew');
  expect(hostPaths({ HEW_CACHE: '/c' }).work).toBe('/c/work');
});

it('commands are quoted for a shell', () => {
  expect(quoteCommand(['a', '--b=c d', "it's", '', '$HOME'])).toBe(`a '--b=c d' 'it'\\''s' '' '$HOME'`);
});

it('a tree is named by its packages, whatever their order', () => {
  expect(treePackages(['b', 'a', 'b'])).toEqual(treePackages(['a', 'b']));
  expect(treePath('/c', treePackages(['a']))).not.toBe(treePath('/c', treePackages(['b'])));
});
