import { describe, expect, it } from 'vitest';

import { BOOT, bootNodes, type BootNodesRequest } from '../../../src/boot/boot-nodes.ts';
import { bootableNodes } from '../../../src/build/make-bootable.ts';
import { DISK, identifyDisk } from '../../../src/disk/index.ts';
import { inputNames, node, openGraph, ref, type Node } from '../../../src/graph.ts';
import type { Host } from '../../../src/host/port.ts';
import type { Plan } from '../../../src/plan/types.ts';
import type { Root } from '../../../src/rootfs/make-root.ts';
import { boot, partition } from '../disk/support.ts';

const host = { checkpoint: async () => {} } as Host;
const root = { path: '/work/root', packages: [], epoch: 0, target: { arch: 'x86_64', level: 'baseline' } } as unknown as Root;
const split = { split: async () => new Map(), restore: async () => {} };

type Partitions = readonly ReturnType<typeof partition>[];

const nodesOf = (partitions: Partitions, settings = boot()): readonly Node[] => bootableNodes(host, {
  plan: {
    image: { name: 'image' }, boot: settings, disk: { label: 'gpt', size: 'minimal', partitions }, outputs: [],
    configuration: { system: { 'kernel-cmdline': [], 'kernel-cmdline-by-arch': {}, fips: false }, files: [], scripts: [] },
  } as unknown as Plan,
  root, seed: 's', split, notice: () => {}, cache: {} as BootNodesRequest['cache'],
});

/** All that a node needs, directly or not. */
function needsOf(nodes: readonly Node[], name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    for (const input of inputNames(nodes.find((other) => other.name === one) ?? { inputs: {} })) {
      if (!found.has(input)) visit(input);
      found.add(input);
    }
  };
  visit(name);
  return found;
}

const ESP = partition('/boot/efi', { filesystem: 'vfat', size: '200MiB' });
const mounted = (mount: string, filesystem: 'ext4' | 'xfs' | 'btrfs' | 'erofs', more = {}) => partition(mount, { filesystem, ...more });
const namesOf = (nodes: readonly Node[], start: string): string[] => nodes.map(({ name }) => name).filter((name) => name.startsWith(start));

describe('the nodes of a bootable disk', () => {
  it.each<[string, Partitions]>([
    ['ext4', [ESP, mounted('/', 'ext4')]],
    ['EROFS, which is made to know its size', [ESP, mounted('/', 'erofs')]],
  ])('fill the root while boot files are made: %s', (_, partitions) => {
    const nodes = nodesOf(partitions);
    const [esp = '', filled = ''] = namesOf(nodes, 'file system');
    expect(needsOf(nodes, filled)).not.toContain(BOOT.files.name);
    expect(needsOf(nodes, esp)).toContain(BOOT.files.name);
    expect(needsOf(nodes, DISK.disk.name)).toEqual(new Set(nodes.map(({ name }) => name).filter((name) => name !== DISK.disk.name)));
  });

  it('wait for boot files to size an ESP that is as large as its content', () => {
    const nodes = nodesOf([partition('/boot/efi', { filesystem: 'vfat' }), mounted('/', 'ext4')]);
    expect(needsOf(nodes, DISK.layout.name)).toContain(BOOT.files.name);
    expect(needsOf(nodes, DISK.folders.name)).not.toContain(BOOT.files.name);
  });

  it.each<[string, Partitions]>([
    ['a mount point of its own is moved out', [ESP, mounted('/', 'ext4'), mounted('/usr', 'ext4')]],
    ['a subvolume is moved out', [ESP, mounted('/', 'btrfs', { subvolumes: [{ name: '@home', mount: '/home' }] })]],
    ['entries are sorted', [ESP, mounted('/', 'xfs')]],
  ])('change no root that boot files are still made of: %s', (_, partitions) => {
    const nodes = nodesOf(partitions);
    for (const reader of [BOOT.initrds, BOOT.files]) expect(needsOf(nodes, DISK.folders.name)).toContain(reader.name);
  });

  it.each([
    ['GRUB writes into /boot', boot({ loader: 'grub2' })],
    ['dracut works in /var/tmp', boot({ initrd: 'dracut' })],
  ])('finish a root after its boot files: %s', (_, settings) => {
    expect(needsOf(nodesOf([ESP, mounted('/', 'ext4')], settings), 'finished root')).toContain(BOOT.files.name);
    expect(needsOf(nodesOf([ESP, mounted('/', 'ext4')]), 'finished root')).not.toContain(BOOT.files.name);
  });
});

describe('a value that is made of the root file system', () => {
  const rootHash = ref<string>('root hash');
  const request = (settings: BootNodesRequest['settings'], partitions: Partitions, needs: BootNodesRequest['needs']): BootNodesRequest => ({
    image: 'image', root, settings, kernelArguments: ['quiet'], fips: false, cache: {} as BootNodesRequest['cache'], needs, argumentsFrom: [rootHash],
    disk: identifyDisk({ disk: { label: 'gpt', size: 'minimal', partitions: [...partitions] }, boot: settings, architecture: 'x86_64', seed: 's' }),
  });

  it('reaches the kernel command line', async () => {
    const [ready, filesystem] = [ref<string>('root with fstab'), ref<string>('file system')];
    const graph = openGraph(host, [
      node(ready, {}, () => '/work/root'),
      node(filesystem, { root: ready }, ({ root: path }) => `${path}.erofs`),
      node(rootHash, { filesystem }, ({ filesystem: path }) => `roothash=${path.length}`),
      ...bootNodes(host, request(boot(), [ESP, mounted('/', 'erofs')], { root: ready })),
    ]);
    const { line } = await graph.make({ line: BOOT.commandLine });
    expect(line).toMatch(/^root=UUID=\S+ ro .*quiet roothash=16$/);
  });

  it('orders hash, command line, boot files and ESP on a whole disk', () => {
    const partitions = [ESP, mounted('/', 'erofs')];
    const others = nodesOf(partitions).filter(({ name }) => !Object.values(BOOT).some((one) => one.name === name));
    const content = namesOf(others, 'content of').at(-1) ?? '';
    const nodes = [
      ...others, node(rootHash, { made: ref(content) }, () => ''), ...bootNodes(host, request(boot(), partitions, { root: ref('root with fstab') })),
    ];
    expect(() => openGraph(host, nodes)).not.toThrow();
    const [esp = ''] = namesOf(nodes, 'file system');
    expect([...needsOf(nodes, esp)]).toEqual(expect.arrayContaining([content, rootHash.name, BOOT.commandLine.name, BOOT.files.name]));
  });

  it('is refused where the file system would need what is made of it', () => {
    const partitions = [ESP, mounted('/', 'xfs')];
    const others = nodesOf(partitions).filter(({ name }) => !Object.values(BOOT).some((one) => one.name === name));
    const nodes = [
      ...others, node(rootHash, { made: ref(namesOf(others, 'file system').at(-1) ?? '') }, () => ''),
      ...bootNodes(host, request(boot(), partitions, { root: ref('root with fstab') })),
    ];
    expect(() => openGraph(host, nodes)).toThrow(/^a cycle: /);
  });
});
