import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { writeCpio } from '../../../src/boot/initrd/cpio.ts';
import { pe } from '../../unit/boot/efi/pe-writer.ts';
import { runTool } from '../disk/tools.ts';

const MIB = 2 ** 20;
const VERSION = '6.12.1-test';
export const ROOT_UUID = '0a0b0c0d-1111-4222-8333-444455556666';
const ESP = { start: 1, size: 33 };

/** Roots by file system: how a folder becomes one, and the MiB that it takes at least. */
const MAKERS: Readonly<Record<string, { readonly size: number; readonly argv: (image: string, folder: string) => readonly string[] }>> = {
  ext4: { size: 24, argv: (image, folder) => ['mkfs.ext4', '-q', '-U', ROOT_UUID, '-d', folder, image] },
  xfs: { size: 320, argv: (image, folder) => ['mkfs.xfs', '-q', '-m', `uuid=${ROOT_UUID}`, '-p', folder, image] },
  btrfs: { size: 130, argv: (image, folder) => ['mkfs.btrfs', '-q', '-U', ROOT_UUID, '-r', folder, image] },
  erofs: { size: 24, argv: (image, folder) => ['mkfs.erofs', '--quiet', `-U${ROOT_UUID}`, image, folder] },
  swap: { size: 24, argv: (image) => ['mkswap', image] },
};

/** What firmware and loaders take for a program and a kernel of x86-64. */
const PROGRAM = pe({ '.text': Buffer.from('no code') });

const rootFiles = (type: string): Readonly<Record<string, string | Uint8Array>> => ({
  'etc/os-release': 'NAME="Tiny Linux"\nPRETTY_NAME="Tiny Linux 1"\nID=tiny\nVERSION_ID=1\n',
  'etc/fstab': `UUID=${ROOT_UUID} / ${type} defaults 0 1\nUUID=ABCD-1234 /boot/efi vfat defaults,umask=0077,noexec,nodev,nosuid,nosymfollow 0 0\n`,
  'etc/machine-id': '',
  [`usr/lib/modules/${VERSION}/vmlinuz`]: PROGRAM,
  [`usr/lib/modules/${VERSION}/modules.builtin`]: 'kernel/drivers/hv/hv_vmbus.ko\nkernel/fs/fat/vfat.ko\n',
  [`usr/lib/modules/${VERSION}/kernel/fs/udf/udf.ko.xz`]: 'module',
});

async function initrd(): Promise<Buffer> {
  const file = (path: string) => ({ path, kind: 'file', mode: 0o644, content: Buffer.from('x') } as const);
  const entries = ['hv_storvsc.ko.zst', 'hv-netvsc.ko'].map((name) => file(`/usr/lib/modules/${VERSION}/kernel/drivers/${name}`));
  const collect = async (names: typeof entries): Promise<Buffer> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of writeCpio(names, 0, () => Promise.resolve({ size: 0, pieces: [] }))) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  // As microcode comes: a plain archive in front of the compressed one.
  return Buffer.concat([await collect([file('/kernel/x86/microcode/GenuineIntel.bin')]), gzipSync(await collect(entries))]);
}

export interface DiskOptions {
  readonly filesystem?: string;
  /** Files of the root, besides or in place of the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
  /** Modes of some of them. */
  readonly modes?: Readonly<Record<string, number>>;
  readonly loaderPath?: string;
  /** Content of the loader and of the kernel that it starts. */
  readonly loader?: Uint8Array;
  readonly kernel?: Uint8Array;
  /** Files of the ESP's folder EFI besides the loader, by their path on the ESP. */
  readonly besideLoader?: Readonly<Record<string, string>>;
  /** Whether the initrd is none. */
  readonly rubbish?: boolean;
  /** What is in a third partition of 24 MiB: a folder's files as ext4, or these bytes. */
  readonly third?: Readonly<Record<string, string>> | Uint8Array;
  readonly commandLine?: string;
}

/** A raw disk with GPT, ESP and a root that would start, had its programs code: for what reads disks. Returns its path. */
export async function makeDisk(folder: string, name: string, options: DiskOptions = {}): Promise<string> {
  const { filesystem = 'ext4', files = {}, modes = {}, loaderPath = 'EFI/BOOT/BOOTX64.EFI', loader = PROGRAM, kernel = PROGRAM, besideLoader = {}, rubbish, third, commandLine = `root=UUID=${ROOT_UUID} console=ttyS0` } = options;
  const maker = MAKERS[filesystem] ?? MAKERS['ext4'];
  const size = maker?.size ?? 24;
  const work = join(folder, `${name}-parts`);
  for (const [path, content] of Object.entries({ ...rootFiles(filesystem), ...files })) put(join(work, 'root', path), content);
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(work, 'root', path), mode);
  put(join(work, 'esp', loaderPath), loader);
  for (const [path, content] of Object.entries(besideLoader)) put(join(work, 'esp', path), content);
  put(join(work, 'esp/loader/entries/tiny.conf'), `title Tiny\nversion ${VERSION}\nlinux /vmlinuz\ninitrd /initrd\noptions ${commandLine}\n`);
  put(join(work, 'esp/vmlinuz'), kernel);
  put(join(work, 'esp/initrd'), rubbish === true ? 'rubbish'.repeat(1000) : await initrd());
  const [esp, root, disk] = [join(work, 'esp.img'), join(work, 'root.img'), join(folder, name)];
  put(esp, '', ESP.size);
  await runTool(['mkfs.vfat', '-F', '32', '-i', 'ABCD1234', esp], folder);
  await runTool(['mcopy', '-s', '-i', esp, ...['EFI', 'loader', 'vmlinuz', 'initrd'].filter((top) => top !== 'EFI' || loaderPath.startsWith('EFI')).map((top) => join(work, 'esp', top)), '::'], folder);
  put(root, '', size);
  if (filesystem !== 'unknown') await runTool(maker?.argv(root, join(work, 'root')) ?? [], folder);
  const thirdAt = ESP.start + ESP.size + size;
  put(disk, '', thirdAt + 1 + (third === undefined ? 0 : THIRD));
  put(join(work, 'table'), `label: gpt\nstart=1MiB, size=${ESP.size}MiB, type=U\nstart=${ESP.start + ESP.size}MiB, size=${size}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n${third === undefined ? '' : `start=${thirdAt}MiB, size=${THIRD}MiB, type=L\n`}`);
  await runTool(['sh', '-c', `sfdisk --quiet ${disk} < ${join(work, 'table')}`], folder);
  copyInto(disk, esp, ESP.start * MIB);
  copyInto(disk, root, (ESP.start + ESP.size) * MIB);
  if (third !== undefined) copyInto(disk, await thirdPartition(folder, work, third), thirdAt * MIB);
  return disk;
}

const THIRD = 24;

async function thirdPartition(folder: string, work: string, content: Readonly<Record<string, string>> | Uint8Array): Promise<string> {
  const image = join(work, 'third.img');
  if (content instanceof Uint8Array) put(image, content);
  else {
    for (const [path, text] of Object.entries(content)) put(join(work, 'third', path), text);
    put(image, '', THIRD);
    await runTool(['mkfs.ext4', '-q', '-d', join(work, 'third'), image], folder);
  }
  return image;
}

function put(path: string, content: string | Uint8Array, mib?: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  if (mib !== undefined) truncateSync(path, mib * MIB);
}

function copyInto(disk: string, part: string, offset: number): void {
  const file = openSync(disk, 'r+');
  writeSync(file, readFileSync(part), 0, undefined, offset);
  closeSync(file);
}
