import { posix } from 'node:path';

import { PARTITION_TYPES, ROOT_TYPES } from '../disk/index.ts';
import { isDiskName, isInContainer, openDisk, type Disk } from '../formats/open-disk.ts';
import { probeFilesystem } from '../readers/filesystem/probe.ts';
import { readPartitions, type DiskPartition, type PartitionTable } from '../readers/read-partitions.ts';
import { attempt, type Reading } from '../readers/attempt.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { DiskFacts, PartitionFacts } from '../verify/facts.ts';
import { copyEsp } from '../verify/gather/esp.ts';
import { whileOpen } from '../byte-source.ts';
import { mountOf, readFstab, type FstabLine } from '../verify/read/fstab.ts';
import { extractFilesystem, isExtractable } from './extract-filesystem.ts';

/** Whether a file is a disk, by its content or else by its name. */
export const looksLikeDisk = (host: Host, path: string): boolean =>
  isDiskName(path) || whileOpen(host.fs.openBytes(path), (source) => {
    const disk = openDisk(source);
    if (!disk.ok || isInContainer(disk.value)) return true;
    return partitionsOf(disk.value).ok || probeFilesystem(source) !== undefined;
  });

const partitionsOf = (disk: Disk): Reading<PartitionTable> => {
  const read = attempt(() => readPartitions(disk.content));
  return read.ok ? read.value : read;
};

export interface OpenedDisk {
  readonly root: string | undefined;
  readonly rootProblem: Problem | undefined;
  readonly disk: DiskFacts;
  /** Folder with a copy of the EFI system partition. */
  readonly esp: string | undefined;
}

/**
 * Opens a disk image in any format: its partition table, a copy of its ESP, and its root with every file system that
 * fstab mounts, extracted without mounting. A `known` root, from which the disk was just made, is not extracted again.
 * Throws `HewError` if the container is damaged.
 */
export async function openDiskImage(host: Host, path: string, known?: string): Promise<OpenedDisk> {
  const source = host.fs.openBytes(path);
  try {
    const disk = openDisk(source);
    if (!disk.ok) {
      throw new HewError({
        code: 'disk-damaged',
        message: `${posix.basename(path)} cannot be read: ${disk.reason}`,
        hint: 'make the image again, or run `qemu-img check` on it',
      });
    }
    return await openContent(host, path, disk.value, known);
  } finally {
    source.close();
  }
}

async function openContent(host: Host, path: string, disk: Disk, known: string | undefined): Promise<OpenedDisk> {
  const table = partitionsOf(disk);
  const partitions = table.ok ? table.value.partitions : wholeDisk(disk);
  const esp = partitions.find(isEsp) ?? partitions.find(({ filesystem }) => filesystem?.type === 'vfat');
  const copied = esp === undefined ? undefined : await copyEsp(host, esp.content);
  const { root, rootProblem, holder } = known === undefined
    ? await findRoot(host, path, disk, partitions) : { root: known, rootProblem: undefined, holder: partitions.find(isRoot) };
  const { fstab, unread } = root === undefined ? { fstab: [], unread: undefined } : await readMounts(host, root);
  const facts = partitions.map((partition) => describe(partition, fstab, partition === holder));
  const isWhole = root === undefined || root === known;
  const others = isWhole ? { trouble: rootProblem, systems: [] } : await openOthers(host, path, disk, root, facts);
  const trouble = unread ?? others.trouble;
  return {
    root: trouble === undefined ? root : undefined,
    rootProblem: trouble,
    esp: copied?.folder,
    disk: {
      container: containerOf(disk),
      size: disk.content.size,
      table: table.ok
        ? { label: table.value.label, problems: table.value.problems, bootCode: table.value.mbr?.bootCode ?? false, partitions: facts.map(({ content: _bytes, ...one }) => ({ ...one, holdsRoot: one.holdsRoot || others.systems.includes(one.number) })) } : undefined,
      tableProblem: table.ok ? undefined : table.reason,
      esp: copied?.files,
      espProblem: copied?.problem,
    },
  };
}

/** Without the bytes, which rules may not read. */
function containerOf(disk: Disk): DiskFacts['container'] {
  const { content: unused, ...container } = disk;
  void unused;
  return container;
}

/** A file system without a partition table. */
function wholeDisk({ content }: Disk): readonly DiskPartition[] {
  const filesystem = probeFilesystem(content);
  return filesystem === undefined ? [] : [{ number: 0, type: '', uuid: undefined, name: '', start: 0, size: content.size, content, filesystem, other: undefined }];
}

const isEsp = ({ type }: DiskPartition): boolean => type === PARTITION_TYPES['esp'] || type === '0xef';

interface FoundRoot {
  readonly root: string | undefined;
  readonly rootProblem: Problem | undefined;
  readonly holder: DiskPartition | undefined;
}

/** Partitions of a root type first, then the largest. */
async function findRoot(host: Host, path: string, disk: Disk, partitions: readonly DiskPartition[]): Promise<FoundRoot> {
  const candidates = partitions.filter(({ filesystem }) => isExtractable(filesystem?.type))
    .toSorted((a, b) => Number(isRoot(b)) - Number(isRoot(a)) || b.size - a.size);
  for (const holder of candidates) {
    const folder = await host.makeWorkFolder(`disk-root-${holder.number}`, 0);
    const failed = await extractFilesystem(host, { image: path, disk, partition: holder, folder });
    if (failed !== undefined) return { root: undefined, rootProblem: failed, holder: undefined };
    const root = await rootBelow(host, folder);
    if (root !== undefined) return { root, rootProblem: undefined, holder };
    await host.fs.remove(folder);
  }
  return { root: undefined, rootProblem: noRoot(path, partitions), holder: undefined };
}


const isRoot = ({ type }: DiskPartition): boolean => ROOT_TYPES.includes(type);

/** The folder with an operating system: the top, or a subvolume. */
async function rootBelow(host: Host, folder: string): Promise<string | undefined> {
  const files = host.inside(folder);
  for (const candidate of ['/', ...(await files.list('/'))]) {
    if ((await files.status(candidate))?.kind !== 'directory') continue;
    for (const name of ['etc/os-release', 'usr/lib/os-release']) {
      if ((await files.status(posix.join(candidate, name))) !== undefined) return files.locate(candidate);
    }
  }
  return undefined;
}

/** Types without files of the system: firmware and GRUB use them. */
const FILELESS = [PARTITION_TYPES['esp'], PARTITION_TYPES['bios-boot'], PARTITION_TYPES['swap'], '0xef', '0x82'];

function noRoot(path: string, partitions: readonly DiskPartition[]): Problem {
  const unknown = partitions.filter(({ type, filesystem }) => filesystem === undefined && !FILELESS.includes(type));
  const name = posix.basename(path);
  if (unknown.length === 0) {
    return {
      code: 'artifact-no-root',
      message: `${name} holds no operating system: no file system in it has an os-release`,
      hint: '`hew inspect` shows what it holds',
    };
  }
  return {
    code: 'filesystem-unknown',
    message: `${name} has no root that can be opened: unknown file system in partition ${unknown.map(({ number }) => number).join(', ')}`,
    hint: 'hew opens ext4, XFS, btrfs and EROFS; open encrypted and logical volumes first',
  };
}

/** Bytes. */
const MOST_FSTAB = 4 * 1024 * 1024;

/** What a root mounts; where its fstab is larger than one can be, the problem that this is. */
async function readMounts(host: Host, root: string): Promise<{ readonly fstab: readonly FstabLine[]; readonly unread: Problem | undefined }> {
  try {
    return { fstab: readFstab((await host.inside(root).readIfPlain('/etc/fstab', MOST_FSTAB))?.toString('utf8') ?? ''), unread: undefined };
  } catch (error) {
    if (error instanceof HewError) return { fstab: [], unread: error.problems[0] };
    throw error;
  }
}

function describe(partition: DiskPartition, fstab: readonly FstabLine[], holdsRoot: boolean): PartitionFacts & { content: DiskPartition['content'] } {
  const implied = holdsRoot ? '/' : partition.type === PARTITION_TYPES['xbootldr'] ? '/boot' : undefined;
  return { ...partition, holdsRoot, mount: mountOf(partition, fstab) ?? implied };
}

/**
 * Puts the other file systems of the image at their mount points, outer folders first; those that are not mounted are
 * searched. `systems` are partitions that hold another operating system.
 */
async function openOthers(
  host: Host,
  path: string,
  disk: Disk,
  root: string,
  partitions: readonly (PartitionFacts & { content: DiskPartition['content'] })[],
): Promise<{ readonly trouble: Problem | undefined; readonly systems: readonly number[] }> {
  const files = host.inside(root);
  const others = partitions.filter(({ holdsRoot, filesystem }) => !holdsRoot && isExtractable(filesystem?.type));
  const systems: number[] = [];
  for (const partition of others.toSorted((a, b) => ((a.mount ?? '') < (b.mount ?? '') ? -1 : 1))) {
    const isMounted = partition.mount?.startsWith('/') === true;
    const mount = partition.mount ?? '/';
    if (isMounted) await files.makeFolder(mount);
    const folder = isMounted ? await files.locate(mount) : await host.makeWorkFolder(`disk-other-${partition.number}`, 0);
    const trouble = await extractFilesystem(host, { image: path, disk, partition, folder });
    if (trouble !== undefined) return { trouble, systems };
    if ((await rootBelow(host, folder)) !== undefined) systems.push(partition.number);
    if (!isMounted) await host.fs.remove(folder);
  }
  return { trouble: undefined, systems };
}
