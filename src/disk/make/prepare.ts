import { posix } from 'node:path';

import type { EspFile } from '../../boot-files.ts';
import type { Host } from '../../host/port.ts';
import type { Root } from '../../rootfs/make-root.ts';
import { measureArguments, NOTHING, sumContent, type Content } from '../layout/content.ts';
import type { Filesystem, IdentifiedPartition } from '../layout/identify.ts';
import { stageFat, type StagedFat } from './fill-fat.ts';
import { makeFilesystem, type MkfsRequest } from './mkfs.ts';

/** What is known of a partition's content before it has a place. */
export interface Prepared {
  readonly partition: IdentifiedPartition;
  readonly folder: string;
  readonly content: Content;
  readonly fat?: StagedFat;
  /** A file system that had to be made to know its size. */
  readonly made?: string;
}

export interface PrepareFrom extends Pick<MkfsRequest, 'seed'> {
  readonly root: Pick<Root, 'epoch'>;
  /** By mount point. */
  readonly folders: ReadonlyMap<string, string>;
  /** Files for the EFI system partition. */
  readonly esp: readonly EspFile[];
  /** Folder for what is made. */
  readonly work: string;
}

/** Measures what a partition will hold. Content whose size is not known in advance is made first. */
export async function prepare(host: Host, partition: IdentifiedPartition, { root, seed, folders, esp, work }: PrepareFrom): Promise<Prepared> {
  const folder = folders.get(partition.mount);
  if (folder === undefined) return { partition, folder: work, content: NOTHING };
  if (partition.filesystem === 'vfat') {
    const fat = await stageFat(host, folder, esp, posix.join(work, `fat-${partition.number}`));
    return { partition, folder, fat, content: fat.content };
  }
  if (partition.filesystem === 'erofs') {
    const made = posix.join(work, `${partition.number}.erofs`);
    await host.fs.remove(made);
    await makeFilesystem(host, { partition, offset: 0, size: 0, file: made, folder, seed, epoch: root.epoch });
    return { partition, folder, made, content: { ...NOTHING, fileBytes: (await host.fs.status(made))?.size ?? 0 } };
  }
  if (ORDERED.includes(partition.filesystem)) await host.inside(folder).sortEntries();
  return { partition, folder, content: await contentOf(host, folder) };
}

/** Their makers take entries in the order in which folders list them. */
export const ORDERED: readonly Filesystem[] = ['xfs', 'btrfs'];

/** Measures a folder as one file system. */
export async function contentOf(host: Host, folder: string): Promise<Content> {
  const { stdout } = await host.run({ tool: 'find', args: measureArguments(folder), view: { read: [folder] } });
  return sumContent(stdout, ['/']).get('/') ?? NOTHING;
}
