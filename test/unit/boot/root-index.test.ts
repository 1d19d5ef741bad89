import { describe, expect, it } from 'vitest';

import { findKernels } from '../../../src/boot/find-kernel.ts';
import { collect } from '../../../src/boot/initrd/collect.ts';
import { indexRoot } from '../../../src/boot/root-index.ts';
import { memoryTree, type Node } from '../isa/memory-tree.ts';

const folder: Node = { kind: 'directory' };
const ROOT: Readonly<Record<string, Node>> = {
  '/usr': folder, '/usr/bin': folder, '/usr/lib': folder, '/usr/lib/systemd': folder, '/etc': folder,
  '/bin': { link: 'usr/bin' }, '/lib': { link: '/usr/lib' },
  '/usr/bin/kmod': 'kmod', '/usr/bin/modprobe': { link: 'kmod' }, '/usr/lib/systemd/udevd': { link: '../../bin/kmod' },
  '/etc/out': { link: '../../../../../etc/passwd' }, '/etc/passwd': 'own', '/etc/loop': { link: 'loop' }, '/etc/dangling': { link: '/nowhere' },
};

describe('indexRoot', () => {
  it('follows links inside the root, with those that it passed', async () => {
    const index = await indexRoot(memoryTree(ROOT));
    expect(index.resolve('/lib/systemd/udevd')).toEqual({
      path: '/usr/bin/kmod', kind: 'file',
      links: [{ path: '/lib', target: '/usr/lib' }, { path: '/usr/lib/systemd/udevd', target: '../../bin/kmod' }],
    });
    expect(index.resolveEntry('/bin/modprobe')).toMatchObject({ path: '/usr/bin/modprobe', kind: 'symlink' });
    expect(index.list('/bin')).toEqual(['kmod', 'modprobe']);
  });

  it('never leaves the root', async () => {
    const index = await indexRoot(memoryTree(ROOT));
    expect(index.resolve('/etc/out')?.path).toBe('/etc/passwd');
    expect(index.resolve('/../..')?.path).toBe('/');
    expect(index.resolve('/etc/dangling')).toBeUndefined();
    expect(() => index.resolve('/etc/loop')).toThrow('in a circle');
  });
});

describe('collect', () => {
  it('brings along every folder and link on the way', async () => {
    const files = collect(await indexRoot(memoryTree(ROOT)));
    expect(files.take('/lib/systemd/udevd')).toBe(true);
    expect(files.take('/usr/nothing')).toBe(false);
    files.add({ path: '/bin/extra', kind: 'file', mode: 0o644, content: new Uint8Array(1) });
    const entries = await files.entries(() => Promise.resolve(0o755));
    expect(entries.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      '/lib symlink', '/usr directory', '/usr/bin directory', '/usr/bin/extra file', '/usr/bin/kmod file', '/usr/lib directory',
      '/usr/lib/systemd directory', '/usr/lib/systemd/udevd symlink',
    ]);
    expect(files.files()).toEqual(['/usr/bin/kmod']);
  });
});

describe('findKernels', () => {
  const modules = (...versions: readonly string[]): Record<string, Node> => ({
    '/usr': folder, '/usr/lib': folder, '/usr/lib/modules': folder, '/boot': folder,
    ...Object.fromEntries(versions.map((version) => [`/usr/lib/modules/${version}`, folder])),
  });

  it('finds images beside the modules and in /boot, the newest first by number', async () => {
    const index = await indexRoot(memoryTree({
      ...modules('6.9.1', '6.12.1'), '/usr/lib/modules/6.9.1/vmlinuz': 'k', '/boot/vmlinuz-6.12.1': 'k',
    }));
    expect(findKernels(index).map(({ version, image }) => `${version} ${image}`)).toEqual([
      '6.12.1 /boot/vmlinuz-6.12.1', '6.9.1 /usr/lib/modules/6.9.1/vmlinuz',
    ]);
  });

  it('says whether modules are there without a kernel, or nothing at all', async () => {
    const [none, some] = await Promise.all([indexRoot(memoryTree({})), indexRoot(memoryTree(modules('6.1')))]);
    expect(() => findKernels(none)).toThrow('nothing lies in /usr/lib/modules');
    expect(() => findKernels(some)).toThrow('modules of 6.1 and no kernel image');
  });
});
