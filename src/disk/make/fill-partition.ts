import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import type { PlacedPartition } from '../layout/plan-layout.ts';
import { filesystemFull } from '../layout/too-small.ts';
import { fillFat } from './fill-fat.ts';
import { makeFilesystem, worksAtOffset } from './mkfs.ts';
import { machineFull, saysFull } from './no-space.ts';
import type { Prepared } from './prepare.ts';
import { restampBtrfs } from './restamp-btrfs.ts';

export interface FillRequest {
  readonly root: Pick<Root, 'packages' | 'epoch'>;
  readonly partition: PlacedPartition;
  readonly prepared: Prepared;
  readonly seed: string;
  /** Absolute path of the disk. What is made apart is made beside it. */
  readonly disk: string;
}

/** Makes the file system of a partition in its place on the disk. Throws `HewError` when it is full. */
export async function fillPartition(host: Host, { root, partition, prepared, seed, disk }: FillRequest): Promise<void> {
  if (partition.filesystem === 'none') return;
  const { start, size, filesystem } = partition;
  const apart = prepared.made ?? `${posix.dirname(disk)}/${partition.number}.${filesystem}`;
  const place = worksAtOffset(filesystem) ? { file: disk, offset: start } : { file: apart, offset: 0 };
  try {
    if (prepared.made === undefined) {
      if (!worksAtOffset(filesystem)) await host.fs.makeSparse(apart, size);
      await makeFilesystem(host, { partition, ...place, size, folder: prepared.folder, seed, epoch: root.epoch });
      if (filesystem === 'btrfs') await restampBtrfs(host, apart, { seed, mount: partition.mount, epoch: root.epoch });
    }
    if (prepared.fat !== undefined) {
      await fillFat(host, prepared.fat, disk, start, root.epoch);
      await host.fs.remove(prepared.fat.folder);
    }
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
