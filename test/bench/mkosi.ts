import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Contender } from './contender.ts';
import { enterTree, ESP_MIB, KERNEL_ARGUMENTS, peerTree, type PeerPlaces } from './peer-tree.ts';

/** What mkosi needs to make containers and disks of RPM packages. */
const DEBIAN = [
  'mkosi', 'dnf5', 'rpm', 'createrepo-c', 'zstd', 'tar', 'pigz', 'systemd', 'systemd-repart', 'python3',
  'libpython3-stdlib', 'bubblewrap', 'e2fsprogs', 'kmod', 'udev', 'cpio', 'mount', 'systemd-ukify', 'systemd-boot-efi',
  'systemd-boot-tools', 'dosfstools', 'mtools', 'python3-pefile', 'fdisk', 'openssl', 'libcryptsetup12', 'libarchive13t64',
];

/** Settings of an image, by section of mkosi.conf(5). */
type Settings = Readonly<Record<string, Readonly<Record<string, string>>>>;

const CONTAINER: Settings = { Output: { Format: 'oci' } };

/**
 * A disk as `qemu-vm` has it: GPT, ext4, one unified kernel image, and the initrd that mkosi composes by itself. Its
 * kernel image takes the stub of the image, not of the tools. `SplitArtifacts=` keeps it from copying out what is in
 * the disk already.
 */
const DISK: Settings = {
  Output: { Format: 'disk', SplitArtifacts: '' },
  Content: { Bootable: 'yes', Bootloader: 'uki', KernelCommandLine: KERNEL_ARGUMENTS },
};
const STUB = 'systemd-boot-unsigned';

/** mkosi building an OCI image. */
export const mkosiContainer = (places: PeerPlaces): Promise<Contender> => prepare(places, CONTAINER, 'bench');

/** mkosi building a bootable raw disk of so many MiB. */
export async function mkosiDisk(places: PeerPlaces, diskMib: number): Promise<Contender> {
  const contender = await prepare({ ...places, packages: [...places.packages, STUB] }, DISK, 'bench.raw');
  const folder = join(places.work, 'conf/mkosi.repart');
  mkdirSync(folder);
  writeFileSync(join(folder, '00-esp.conf'), partition('esp', 'vfat', ['/boot:/', '/efi:/'], ESP_MIB));
  // GPT keeps a MiB at either end.
  writeFileSync(join(folder, '10-root.conf'), partition('root', 'ext4', ['/'], diskMib - ESP_MIB - 2));
  return contender;
}

const partition = (type: string, format: string, content: readonly string[], mib: number): string => [
  '[Partition]', `Type=${type}`, `Format=${format}`, ...content.map((from) => `CopyFiles=${from}`),
  `SizeMinBytes=${mib}M`, `SizeMaxBytes=${mib}M`, '',
].join('\n');

/**
 * Sets mkosi up to build of the same packages from the same repository, in a tools tree of its own, with its workspace
 * in memory. mkosi checks no signature here: its keys are the distribution's, and there are none. The package database
 * stays in the image, as hew leaves it: without it nobody could tell what is in there.
 */
async function prepare(places: PeerPlaces, settings: Settings, result: string): Promise<Contender> {
  const { cache, work } = places;
  const tree = await peerTree(cache, DEBIAN);
  const keys = ['etc/pki/rpm-gpg', 'usr/share/distribution-gpg-keys/fedora'].map((folder) => join(work, 'sandbox', folder));
  rmSync(work, { recursive: true, force: true });
  for (const folder of [...keys, join(work, 'conf'), join(work, 'out'), join(work, 'cache')]) mkdirSync(folder, { recursive: true });
  for (const folder of keys) writeFileSync(join(folder, 'RPM-GPG-KEY-fedora-43-primary'), '');
  writeFileSync(join(work, 'conf/mkosi.conf'), configuration(places, settings));
  const enter = enterTree(tree, places, [
    '--dev', '/dev', '--ro-bind', '/sys', '/sys', '--bind', '/dev/shm', '/dev/shm', '--chdir', join(work, 'conf'),
  ]);
  const argv = [...enter, 'mkosi'];
  const [program = '', ...args] = argv;
  const name = execFileSync(program, [...args, '--version'], { encoding: 'utf8' }).trim();
  return { name, argv: [...argv, '--force', 'build'], result: join(work, 'out', result) };
}

function configuration({ work, sample, packages }: PeerPlaces, settings: Settings): string {
  const all: Settings = {
    Distribution: {
      Distribution: 'fedora', Release: '43', LocalMirror: `file://${sample}/repos/base/x86_64`,
      RepositoryKeyCheck: 'no', RepositoryKeyFetch: 'no',
    },
    Output: { ImageId: 'bench', OutputDirectory: join(work, 'out'), ...settings['Output'] },
    Content: { Packages: packages.join('\n  '), WithDocs: 'no', CleanPackageMetadata: 'no', ...settings['Content'] },
    Build: {
      SandboxTrees: join(work, 'sandbox'), ExtraSearchPaths: sample, WithNetwork: 'no',
      CacheDirectory: join(work, 'cache'), WorkspaceDirectory: '/dev/shm',
    },
  };
  return Object.entries(all)
    .map(([section, values]) => [`[${section}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ''].join('\n'))
    .join('\n');
}
