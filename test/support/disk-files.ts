import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { openDisk } from '../../src/formats/open-disk.ts';
import { readPartitions } from '../../src/readers/read-partitions.ts';
import { machineFiles } from '../../src/host/files.ts';
import { runTool } from '../integration/disk/tools.ts';

export interface DiskFiles {
  /** A folder with the files of the ext4 root, links as they are. */
  readonly root: string;
  /** Text of a file in the EFI system partition. */
  readonly esp: (path: string) => Promise<string>;
}

/** Takes the root out of a VHDX by qemu-img and debugfs, into a folder beside it. Needs no mount. */
export async function openDiskFiles(artifact: string): Promise<DiskFiles> {
  const folder = dirname(artifact);
  const raw = join(folder, 'disk.raw');
  await runTool(['qemu-img', 'convert', '-O', 'raw', artifact, raw], folder);
  const disk = openDisk(machineFiles.openBytes(raw));
  const table = disk.ok ? readPartitions(disk.value.content) : disk;
  if (!table.ok) throw new Error(table.reason);
  const find = (type: string) => {
    const found = table.value.partitions.find(({ filesystem }) => filesystem?.type === type);
    if (found === undefined) throw new Error(`${artifact} has no ${type}`);
    return found;
  };
  const { start, size } = find('ext4');
  const [image, root] = [join(folder, 'root.ext4'), join(folder, 'files')];
  mkdirSync(root);
  await runTool(['qemu-img', 'convert', '--image-opts', '-O', 'raw', `driver=raw,offset=${start},size=${size},file.driver=file,file.filename=${raw}`, image], folder);
  await runTool(['debugfs', '-R', `rdump / ${root}`, image], folder);
  return { root, esp: (path) => runTool(['mtype', '-i', `${raw}@@${find('vfat').start}`, `::${path}`], folder) };
}
