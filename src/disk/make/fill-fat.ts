import { posix } from 'node:path';

import type { EspFile } from '../../boot-files.ts';
import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { NOTHING, type Content } from '../layout/content.ts';
import { planFatTree, type FatFile, type FatTree } from './fat-tree.ts';

/** A folder with exactly the tree that a FAT file system is to have. */
export interface StagedFat {
  readonly folder: string;
  readonly tree: FatTree;
  readonly content: Content;
}

/** Gathers what a FAT file system gets: the content of its mount point, and files from elsewhere over it. */
export async function stageFat(
  host: Host,
  mounted: string,
  extra: readonly EspFile[],
  folder: string,
): Promise<StagedFat> {
  const own = await listFolder(host, mounted);
  const tree = planFatTree([...own.files, ...extra], own.folders);
  let fileBytes = 0;
  await host.fs.remove(folder);
  await host.fs.makeFolder(folder);
  for (const name of tree.folders) await host.fs.makeFolder(posix.join(folder, name));
  for (const file of tree.files) {
    const staged = posix.join(folder, file.folder, file.name);
    if (typeof file.source === 'string') await host.fs.copy(file.source, staged);
    else await file.source.files.copyOut(file.source.path, staged, { follow: false });
    fileBytes += Math.ceil(((await host.fs.status(staged))?.size ?? 0) / 4096) * 4096;
  }
  return { folder, tree, content: { ...NOTHING, fileBytes, folderBytes: (tree.folders.length + 1) * 4096 } };
}

async function listFolder(host: Host, folder: string): Promise<{ files: FatFile[]; folders: string[] }> {
  const { stdout } = await host.run({ tool: 'find', args: [folder, '-mindepth', '1', '-printf', '%y %P\\0'], view: { read: [folder] } });
  const files = host.inside(folder);
  const found: { files: FatFile[]; folders: string[] } = { files: [], folders: [] };
  for (const line of stdout.split('\0').filter((one) => one !== '').sort()) {
    const [kind, path] = [line[0], line.slice(2)];
    if (kind === 'd') found.folders.push(path);
    else if (kind === 'f') found.files.push({ path, source: { files, path } });
    else throw notOnFat(path);
  }
  return found;
}

/**
 * Copies a staged tree into a file system inside `disk`. mtools writes folders in the order of its arguments and takes
 * dates from SOURCE_DATE_EPOCH, so that equal trees give equal bytes.
 */
export async function fillFat(host: Host, staged: StagedFat, disk: string, offset: number, epoch: number): Promise<void> {
  const mtools = (tool: 'mmd' | 'mcopy', args: readonly string[]) => host.run({
    tool,
    args: ['-i', `${disk}@@${offset}`, ...args],
    view: { read: [staged.folder], write: [posix.dirname(disk)] },
    env: { SOURCE_DATE_EPOCH: String(epoch), MTOOLS_SKIP_CHECK: '1' },
  });
  const { folders, files } = staged.tree;
  if (folders.length > 0) await mtools('mmd', folders.map((folder) => `::/${folder}`));
  for (const folder of ['', ...folders]) {
    const here = files.filter((file) => file.folder === folder);
    if (here.length === 0) continue;
    await mtools('mcopy', [...here.map(({ name }) => posix.join(staged.folder, folder, name)), `::/${folder}`]);
  }
}

const notOnFat = (path: string): HewError =>
  new HewError({
    code: 'not-on-fat',
    message: `${path} is no ordinary file, and a FAT file system has nothing else`,
    hint: 'put it on another partition, or leave it out of the image',
  });
