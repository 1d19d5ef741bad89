import { posix } from 'node:path';

import { HewError, ToolError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import { measureArguments, NOTHING, sumContent, type Content } from '../layout/content.ts';
import { identifyDisk, type BootSettings, type DiskSettings, type IdentifiedPartition } from '../layout/identify.ts';
import { planLayout, type DiskLayout, type PlacedPartition } from '../layout/plan-layout.ts';
import { sfdiskArguments, sfdiskScript } from '../layout/sfdisk.ts';
import { filesystemFull } from '../layout/too-small.ts';
import { clampTimes } from './clamp-times.ts';
import type { FatFile } from './fat-tree.ts';
import { fillFat, stageFat, type StagedFat } from './fill-fat.ts';
import { placeGrub, type GrubBios } from './grub-bios.ts';
import { mkfsCommand, worksAtOffset, type MkfsRequest } from './mkfs.ts';
import { setApart } from './set-apart.ts';

/** What the boot stage leaves outside the root. */
export interface BootFiles {
  /** For the EFI system partition; they win over what the root has at its mount point. */
  readonly esp: readonly FatFile[];
  /** For machines with a BIOS. */
  readonly bios?: GrubBios;
}

export interface MakeDiskRequest {
  readonly disk: DiskSettings;
  readonly boot: BootSettings;
  readonly root: Pick<Root, 'path' | 'packages' | 'epoch'> & { readonly target: Pick<Root['target'], 'arch' | 'level'> };
  readonly bootFiles: BootFiles;
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
  const sources = await setApart(host, root.path, identified.partitions);
  try {
    for (const folder of sources.folders.values()) await clampTimes(host, folder, root.epoch);
    const folder = await host.makeWorkFolder(`disk-${root.target.level}`, await expectedBytes(host, root.path));
    const prepared = await prepare(host, request, identified.partitions, sources.folders, folder);
    const layout = planLayout({
      disk: identified, size: disk.size, packages: root.packages,
      content: new Map(prepared.map(({ partition, content }) => [partition.mount, content])),
    });
    const path = posix.join(folder, 'disk.raw');
    await host.fs.makeSparse(path, layout.size);
    await host.run({ tool: 'sfdisk', args: sfdiskArguments(path), view: { write: [folder] } }, { stdin: sfdiskScript(layout) });
    // Two at a time are as many as write at the speed of memory; their places on the disk do not overlap.
    await Promise.all(layout.partitions.map(async (partition, index) => {
      await fill(host, request, partition, prepared[index], path);
      if (partition.filesystem !== 'none') detail(`${partition.mount} ${partition.filesystem}`);
    }));
    if (request.bootFiles.bios !== undefined) {
      for (const { offset, bytes } of placeGrub(request.bootFiles.bios, layout)) await host.fs.patch(path, offset, bytes);
    }
    return { path, layout };
  } finally {
    if (await sources.restore()) await clampTimes(host, root.path, root.epoch);
  }
}

async function expectedBytes(host: Host, root: string): Promise<number> {
  const content = sumContent((await measure(host, root)).stdout, ['/']).get('/') ?? NOTHING;
  return content.fileBytes + content.folderBytes;
}

const measure = (host: Host, folder: string) =>
  host.run({ tool: 'find', args: measureArguments(folder), view: { read: [folder] } });

/** What is known of a partition's content before it has a place. */
interface Prepared {
  readonly partition: IdentifiedPartition;
  readonly folder: string;
  readonly content: Content;
  readonly fat?: StagedFat;
  /** A file system that had to be made to know its size. */
  readonly made?: string;
}

function prepare(
  host: Host,
  request: MakeDiskRequest,
  partitions: readonly IdentifiedPartition[],
  folders: ReadonlyMap<string, string>,
  work: string,
): Promise<readonly Prepared[]> {
  const { root, seed, bootFiles } = request;
  if (bootFiles.esp.length > 0 && partitions.every(({ role }) => role !== 'esp')) throw noEsp();
  return Promise.all(partitions.map(async (partition) => {
    const folder = folders.get(partition.mount);
    if (folder === undefined) return { partition, folder: work, content: NOTHING };
    if (partition.filesystem === 'vfat') {
      const extra = partition.role === 'esp' ? bootFiles.esp : [];
      const fat = await stageFat(host, folder, extra, posix.join(work, `fat-${partition.number}`));
      return { partition, folder, fat, content: fat.content };
    }
    if (partition.filesystem === 'erofs') {
      const made = posix.join(work, `${partition.number}.erofs`);
      await makeFilesystem(host, { partition, offset: 0, size: 0, file: made, folder, seed, epoch: root.epoch });
      return { partition, folder, made, content: { ...NOTHING, fileBytes: (await host.fs.status(made))?.size ?? 0 } };
    }
    const { stdout } = await measure(host, folder);
    return { partition, folder, content: sumContent(stdout, ['/']).get('/') ?? NOTHING };
  }));
}

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
    }
    if (prepared.fat !== undefined) await fillFat(host, prepared.fat, disk, start, root.epoch);
  } catch (error) {
    throw saysFull(error) ? filesystemFull(partition, partition.role === 'root' ? root.packages : [], error) : error;
  }
  if (worksAtOffset(filesystem)) return;
  await host.run({ tool: 'qemu-img', args: placeArguments(apart, disk, partition), view: { write: [posix.dirname(disk)] } });
  await host.fs.remove(apart);
}

async function makeFilesystem(host: Host, request: Omit<MkfsRequest, 'top'>): Promise<void> {
  const top = (await host.fs.status(request.folder)) ?? { uid: 0, gid: 0, mode: 0o755 };
  const command = mkfsCommand({ ...request, top });
  if (command !== undefined) await host.run(command);
}

/** Copies a file into a part of the disk, holes left out: qemu-img sees them, dd(1) would read every zero. Pure. */
export function placeArguments(file: string, disk: string, { start, size }: Pick<PlacedPartition, 'start' | 'size'>): string[] {
  const target = `driver=raw,offset=${start},size=${size},file.driver=file,file.filename=${disk.replaceAll(',', ',,')}`;
  return ['convert', '-n', '--target-is-zero', '-f', 'raw', '--target-image-opts', file, target];
}

/** How these tools say that a file system is full. */
const FULL = /No space left|Could not allocate (?:block|inode)|not enough (?:free )?space|Disk full|ENOSPC|directory too large/i;

const saysFull = (error: unknown): boolean => error instanceof ToolError && FULL.test(`${error.stderr}\n${error.stdout}`);

const noEsp = (): HewError =>
  new HewError({
    code: 'no-esp',
    message: 'there are boot files for an EFI system partition, and the disk has none',
    hint: 'add [[disk.partitions]] mount = "/boot/efi" filesystem = "vfat"',
  });
