import { posix } from 'node:path';

import type { BootFiles } from '../../boot-files.ts';
import { HewError } from '../../errors.ts';
import { node, ref, type Node, type Ref } from '../../graph.ts';
import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import type { Content } from '../layout/content.ts';
import type { IdentifiedDisk, IdentifiedPartition } from '../layout/identify.ts';
import { checkFit, hasSizeOfItsOwn, planLayout, type DiskLayout, type PlacedPartition } from '../layout/plan-layout.ts';
import { sfdiskArguments, sfdiskScript } from '../layout/sfdisk.ts';
import { fillPartition } from './fill-partition.ts';
import { placeGrub } from './grub-bios.ts';
import { worksAtOffset } from './mkfs.ts';
import { contentOf, ORDERED, prepare, type Prepared } from './prepare.ts';
import type { SplitRoot } from './split-by-mount.ts';

export interface DiskNodesRequest {
  readonly disk: IdentifiedDisk;
  /** `minimal`, or a size such as `5GiB`. */
  readonly size: string;
  readonly root: Pick<Root, 'path' | 'packages' | 'epoch'> & { readonly target: Pick<Root['target'], 'level'> };
  /** The same root, to be split. */
  readonly split: SplitRoot;
  /** Bytes of which a disk of minimal size gets a whole number. */
  readonly sizeUnit?: number | undefined;
  /** Digest of what the image is made from. */
  readonly seed: string;
  readonly needs: {
    /** The root as it will be in the image. */
    readonly root: Ref<unknown>;
    /** Making them may read the root, but for the mount point of the ESP. */
    readonly bootFiles: Ref<BootFiles>;
  };
}

export interface MadeDisk {
  /** A sparse raw disk in the workspace. */
  readonly path: string;
  readonly layout: DiskLayout;
}

/** What the disk nodes make. */
export const DISK = {
  folder: ref<string>('folder of the disk'),
  folders: ref<ReadonlyMap<string, string>>('folders of the file systems'),
  content: ({ number, mount }: IdentifiedPartition): Ref<Prepared> => ref(`content of ${number} (${mount})`),
  layout: ref<DiskLayout>('layout'),
  table: ref<string>('partition table'),
  filled: ({ number, mount }: IdentifiedPartition): Ref<void> => ref(`file system ${number} (${mount})`),
  bootSectors: ref<void>('boot sectors'),
  disk: ref<MadeDisk>('disk'),
} as const;

/**
 * What makes a raw disk of a root, without loop devices and without mounting anything: one sparse file, each part of it
 * written once. They throw `HewError` when something does not fit.
 */
export function diskNodes(host: Host, request: DiskNodesRequest): readonly Node[] {
  const { disk, root, seed, needs } = request;
  const { partitions } = disk;
  const isEsp = ({ role }: IdentifiedPartition): boolean => role === 'esp';
  // An ESP with a size of its own does not hold the others up: what it gets is often made last.
  const sized = partitions.filter((partition) => !(isEsp(partition) && hasSizeOfItsOwn(partition)));
  return [
    node(DISK.folder, { root: needs.root }, async () =>
      host.makeWorkFolder(`disk-${root.target.level}`, expectedBytes(await contentOf(host, root.path), disk))),
    node(DISK.folders, { root: needs.root, measured: DISK.folder, ...(changesWhatIsRead(disk) ? { read: needs.bootFiles } : {}) }, () =>
      request.split.split(partitions)),
    ...partitions.map((partition) => node(
      DISK.content(partition), { folder: DISK.folder, folders: DISK.folders, bootFiles: isEsp(partition) ? [needs.bootFiles] : [] },
      ({ folder, folders, bootFiles }) => prepare(host, partition, { root, seed, folders, esp: bootFiles.flatMap(({ esp }) => esp), work: folder }),
    )),
    node(DISK.layout, { contents: sized.map(DISK.content) }, ({ contents }) => layoutOf(request, contents)),
    node(DISK.table, { layout: DISK.layout, folder: DISK.folder }, ({ layout, folder }) => makeTable(host, layout, folder)),
    ...partitions.map((partition) => node(
      DISK.filled(partition), { layout: DISK.layout, table: DISK.table, prepared: DISK.content(partition) },
      async ({ layout, table, prepared }) => {
        const placed = placeOf(layout, partition);
        checkFit(placed, prepared.content, root.packages);
        await fillPartition(host, { root, partition: placed, prepared, seed, disk: table });
      },
    )),
    node(DISK.bootSectors, { layout: DISK.layout, table: DISK.table, bootFiles: needs.bootFiles }, async ({ layout, table, bootFiles }) => {
      if (bootFiles.esp.length > 0 && !partitions.some(isEsp)) throw noEsp();
      if (bootFiles.bios === undefined) return;
      for (const { offset, bytes } of placeGrub(bootFiles.bios, layout)) await host.fs.patch(table, offset, bytes);
    }),
    node(
      DISK.disk, { layout: DISK.layout, table: DISK.table, filled: partitions.map(DISK.filled), bootSectors: DISK.bootSectors },
      ({ layout, table }) => ({ path: table, layout }),
    ),
  ];
}

/**
 * Whether making the disk moves or reorders what boot files may still be made of: other mount points than that of the
 * ESP, subvolumes, and folders whose entries are sorted.
 */
const changesWhatIsRead = ({ partitions }: IdentifiedDisk): boolean =>
  partitions.filter(({ mount }) => mount.startsWith('/')).some(({ role, filesystem, settings }) =>
    settings.subvolumes.length > 0 || ORDERED.includes(filesystem) || (role !== 'root' && role !== 'esp'));

/** File systems that are made apart and copied in are there twice for a while. */
const expectedBytes = ({ fileBytes, folderBytes }: Content, { partitions }: IdentifiedDisk): number =>
  (fileBytes + folderBytes) * (partitions.every(({ filesystem }) => worksAtOffset(filesystem)) ? 1 : 2);

const layoutOf = ({ disk, size, sizeUnit, root }: DiskNodesRequest, contents: readonly Prepared[]): DiskLayout =>
  planLayout({
    disk, size, unit: sizeUnit, packages: root.packages,
    content: new Map(contents.map(({ partition, content }) => [partition.mount, content])),
  });

/** Returns the path of the disk: partitions with nothing in them. */
async function makeTable(host: Host, layout: DiskLayout, folder: string): Promise<string> {
  const path = posix.join(folder, 'disk.raw');
  await host.fs.makeSparse(path, layout.size);
  await host.run({ tool: 'sfdisk', args: sfdiskArguments(path), view: { write: [folder] } }, { stdin: sfdiskScript(layout) });
  return path;
}

function placeOf({ partitions }: DiskLayout, { number }: IdentifiedPartition): PlacedPartition {
  const placed = partitions.find((one) => one.number === number);
  if (placed === undefined) throw new TypeError(`partition ${number} has no place`);
  return placed;
}

const noEsp = (): HewError =>
  new HewError({
    code: 'no-esp',
    message: 'there are boot files for an EFI system partition, and the disk has none',
    hint: 'add:\n[[disk.partitions]]\nmount = "/boot/efi"\nfilesystem = "vfat"',
  });
