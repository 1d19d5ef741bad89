import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import type { Content } from '../layout/content.ts';
import { identifyDisk, type BootSettings, type DiskSettings, type IdentifiedDisk } from '../layout/identify.ts';
import { planLayout, type DiskLayout, type PlacedPartition } from '../layout/plan-layout.ts';
import { sfdiskArguments, sfdiskScript } from '../layout/sfdisk.ts';
import { filesystemFull } from '../layout/too-small.ts';
import { clampTimes } from './clamp-times.ts';
import type { FatFile } from './fat-tree.ts';
import { fillFat } from './fill-fat.ts';
import { placeGrub, type GrubBios } from './grub-bios.ts';
import { makeFilesystem, worksAtOffset } from './mkfs.ts';
import { machineFull, saysFull } from './no-space.ts';
import { contentOf, prepare, type Prepared } from './prepare.ts';
import { restampBtrfs } from './restamp-btrfs.ts';
import { setApart } from './set-apart.ts';

/** What the boot stage leaves outside the root. */
export interface BootFiles {
  /** For the EFI system partition, outside the root; they win over what the root has at its mount point. */
  readonly esp: readonly FatFile[];
  /** For machines with a BIOS. */
  readonly bios?: GrubBios;
}

export interface MakeDiskRequest {
  readonly disk: DiskSettings;
  readonly boot: BootSettings;
  readonly root: Pick<Root, 'path' | 'packages' | 'epoch'> & { readonly target: Pick<Root['target'], 'arch' | 'level'> };
  /** A promise is waited for as late as the disk allows; they may not lie at a mount point of the root then. */
  readonly bootFiles: BootFiles | Promise<BootFiles>;
  /** Bytes of which a disk of minimal size gets a whole number. */
  readonly sizeUnit?: number | undefined;
  /** Digest of what the image is made from. */
  readonly seed: string;
}

export interface MadeDisk {
  /** A sparse raw disk in the workspace. */
  readonly path: string;
  readonly layout: DiskLayout;
}

/**
 * Makes the raw disk, without loop devices and without mounting anything: one sparse file, each part of it written
 * once. The root is whole again afterwards; only time stamps younger than its epoch are changed in it.
 * Throws `HewError` when something does not fit.
 */
export async function makeDisk(host: Host, request: MakeDiskRequest, detail: (text: string) => void = () => {}): Promise<MadeDisk> {
  const { disk, boot, root, seed } = request;
  const identified = identifyDisk({ disk, boot, architecture: root.target.arch, seed });
  // What is moved out of the root, or sorted anew in it, may be what boot files are still made of.
  const isLate = request.bootFiles instanceof Promise && takesBootFilesLate(identified);
  const esp = isLate ? identified.partitions.find(({ role }) => role === 'esp') : undefined;
  if (esp === undefined) await request.bootFiles;
  const folder = await host.makeWorkFolder(`disk-${root.target.level}`, expectedBytes(await contentOf(host, root.path), identified));
  const espFiles = espFilesOf(request, identified);
  espFiles.catch(() => {});
  if (esp === undefined) await espFiles;
  const sources = await setApart(host, root.path, identified.partitions);
  try {
    for (const source of sources.folders.values()) await clampTimes(host, source, root.epoch);
    const from = { root, seed, esp: espFiles, folders: sources.folders, work: folder };
    const first = await prepare(host, identified.partitions.filter((partition) => partition !== esp), from);
    const layoutOf = (prepared: readonly Prepared[]): DiskLayout => planLayout({
      disk: identified, size: disk.size, unit: request.sizeUnit, packages: root.packages,
      content: new Map(prepared.map(({ partition, content }) => [partition.mount, content])),
    });
    const layout = layoutOf(first);
    const path = posix.join(folder, 'disk.raw');
    await host.fs.makeSparse(path, layout.size);
    await host.run({ tool: 'sfdisk', args: sfdiskArguments(path), view: { write: [folder] } }, { stdin: sfdiskScript(layout) });
    // At once: their places on the disk do not overlap.
    await allDone(layout.partitions.map(async (partition) => {
      const late = partition.number === esp?.number ? await prepare(host, [esp], from) : [];
      if (late.length > 0) layoutOf([...first, ...late]);
      await fill(host, request, partition, [...first, ...late].find((one) => one.partition.number === partition.number), path);
      if (partition.filesystem !== 'none') detail(`${partition.mount} ${partition.filesystem}`);
    }));
    const { bios } = await request.bootFiles;
    if (bios !== undefined) {
      for (const { offset, bytes } of placeGrub(bios, layout)) await host.fs.patch(path, offset, bytes);
    }
    for (const { number } of layout.partitions) await host.fs.remove(posix.join(folder, `fat-${number}`));
    return { path, layout };
  } finally {
    await espFiles.catch(() => {});
    if (await sources.restore()) await clampTimes(host, root.path, root.epoch);
  }
}

/**
 * Whether the disk can grow while its boot files are still made of the root: its ESP has its size whatever is in it, and
 * nothing but the ESP's own content is moved or sorted in the root.
 */
function takesBootFilesLate({ partitions }: IdentifiedDisk): boolean {
  const mounted = partitions.filter(({ mount }) => mount.startsWith('/'));
  return mounted.every(({ role, filesystem, settings: { size, subvolumes } }) =>
    subvolumes.length === 0
    && (role === 'esp' ? size !== undefined && size !== 'minimal' && size !== 'rest' : role === 'root' && filesystem === 'ext4'));
}

async function espFilesOf({ bootFiles }: MakeDiskRequest, { partitions }: IdentifiedDisk): Promise<readonly FatFile[]> {
  const { esp } = await bootFiles;
  if (esp.length > 0 && partitions.every(({ role }) => role !== 'esp')) throw noEsp();
  return esp;
}

/** Waits for all, also when one fails: nothing may still read the root when it is put back. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** File systems that are made apart and copied in are there twice for a while. */
const expectedBytes = ({ fileBytes, folderBytes }: Content, { partitions }: IdentifiedDisk): number =>
  (fileBytes + folderBytes) * (partitions.every(({ filesystem }) => worksAtOffset(filesystem)) ? 1 : 2);

async function fill(
  host: Host,
  { root, seed }: MakeDiskRequest,
  partition: PlacedPartition,
  prepared: Prepared | undefined,
  disk: string,
): Promise<void> {
  if (prepared === undefined || partition.filesystem === 'none') return;
  const { start, size, filesystem } = partition;
  const apart = prepared.made ?? `${posix.dirname(disk)}/${partition.number}.${filesystem}`;
  const place = worksAtOffset(filesystem) ? { file: disk, offset: start } : { file: apart, offset: 0 };
  try {
    if (prepared.made === undefined) {
      if (!worksAtOffset(filesystem)) await host.fs.makeSparse(apart, size);
      await makeFilesystem(host, { partition, ...place, size, folder: prepared.folder, seed, epoch: root.epoch });
      if (filesystem === 'btrfs') await restampBtrfs(host, apart, { seed, mount: partition.mount, epoch: root.epoch });
    }
    if (prepared.fat !== undefined) await fillFat(host, prepared.fat, disk, start, root.epoch);
  } catch (error) {
    if (!saysFull(error)) throw error;
    throw (await machineFull(host, posix.dirname(disk), error))
      ?? filesystemFull(partition, partition.role === 'root' ? root.packages : [], error);
  }
  if (worksAtOffset(filesystem)) return;
  await host.run({ tool: 'qemu-img', args: placeArguments(apart, disk, partition), view: { write: [posix.dirname(disk)] } });
  await host.fs.remove(apart);
}

/** Copies a file into a part of the disk, holes left out: qemu-img sees them, dd(1) would read every zero. */
export function placeArguments(file: string, disk: string, { start, size }: Pick<PlacedPartition, 'start' | 'size'>): string[] {
  const target = `driver=raw,offset=${start},size=${size},file.driver=file,file.filename=${disk.replaceAll(',', ',,')}`;
  return ['convert', '-n', '--target-is-zero', '-f', 'raw', '--target-image-opts', file, target];
}

const noEsp = (): HewError =>
  new HewError({
    code: 'no-esp',
    message: 'there are boot files for an EFI system partition, and the disk has none',
    hint: 'add [[disk.partitions]] mount = "/boot/efi" filesystem = "vfat"',
  });
