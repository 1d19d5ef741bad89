import { posix } from 'node:path';

import { partDriver, type Disk } from '../formats/open-disk.ts';
import type { FilesystemFacts } from '../readers/filesystem/probe.ts';
import { ToolError, type Problem } from '../errors.ts';
import type { Host, OwnCommand } from '../host/port.ts';
import { restoreSpecialModes } from './special-modes.ts';

/** Copies all files of a file system in an image into a folder. */
type Extractor = (image: string, folder: string) => Pick<OwnCommand, 'tool' | 'args'>;

/**
 * Programs that read a file system without mounting it, by type. They keep owners and modes; attributes that the
 * workspace cannot store are reported and are not a failure.
 */
const EXTRACTORS: Readonly<Partial<Record<FilesystemFacts['type'], Extractor>>> = {
  ext4: (image, folder) => ({ tool: 'debugfs', args: ['-R', `rdump / ${folder}`, image] }),
  // `rdump` needs xfsprogs 6.15: xfs_db(8).
  xfs: (image, folder) => ({ tool: 'xfs_db', args: ['-r', '-f', '-c', `rdump / ${folder}`, image] }),
  btrfs: (image, folder) => ({ tool: 'btrfs', args: ['restore', '-s', '-m', '-S', '-x', image, folder] }),
  erofs: (image, folder) => ({ tool: 'fsck.erofs', args: [`--extract=${folder}`, '--overwrite', '--preserve', image] }),
};

export const isExtractable = (type: FilesystemFacts['type'] | undefined): boolean => type !== undefined && EXTRACTORS[type] !== undefined;

export interface Extraction {
  /** The disk image; absolute path. */
  readonly image: string;
  readonly disk: Disk;
  readonly partition: { readonly number: number; readonly start: number; readonly size: number; readonly filesystem: FilesystemFacts | undefined };
  /** Absolute path of the folder for the files. */
  readonly folder: string;
}

/** Copies a partition out of the image, and its files out of the partition. Returns why that is not possible. */
export async function extractFilesystem(host: Host, { image, disk, partition, folder }: Extraction): Promise<Problem | undefined> {
  const type = partition.filesystem?.type;
  const extractor = type === undefined ? undefined : EXTRACTORS[type];
  if (extractor === undefined) throw new TypeError(`partition ${partition.number} cannot be extracted`);
  const allocated = ((await host.fs.status(image))?.blocks ?? 0) * 512;
  const work = await host.makeWorkFolder(`partition-${partition.number}`, allocated);
  const copy = posix.join(work, 'image');
  try {
    await host.run({ tool: 'qemu-img', args: partitionArguments(image, disk, partition, copy), view: { read: [image], write: [work] } });
    const { stderr } = await host.run({ ...extractor(copy, folder), view: { read: [work], write: [folder] } }, { accept: [1] });
    await restoreSpecialModes(host, { type, image: copy, work, folder });
    // A data partition of a new image may be empty.
    const isFine = stderr.trim() === '' || (await host.fs.list(folder)).length > 0;
    return isFine ? undefined : unreadable(partition.number, type, 'nothing could be read from it');
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return unreadable(partition.number, type, error.stderr.trim().split('\n').at(-1) ?? error.message);
  } finally {
    await host.fs.remove(copy);
  }
}

const unreadable = (number: number, type: string | undefined, reason: string): Problem => ({
  code: 'filesystem-unreadable',
  message: `the ${type} file system of partition ${number} cannot be opened: ${reason}`,
  hint: 'the image is damaged, or its file system has features that the tools tree does not know',
});

/** Arguments of qemu-img(1) that copy one partition, without holes. */
export function partitionArguments(
  image: string,
  disk: Disk,
  { start, size }: { readonly start: number; readonly size: number },
  copy: string,
): readonly string[] {
  const file = image.replaceAll(',', ',,');
  const driver = partDriver(disk);
  const below = driver === 'raw'
    ? `file.driver=file,file.filename=${file}`
    : `file.driver=${driver},file.file.driver=file,file.file.filename=${file}`;
  return ['convert', '--image-opts', '-O', 'raw', `driver=raw,offset=${start},size=${size},${below}`, copy];
}
