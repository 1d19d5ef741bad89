import { posix } from 'node:path';

import { makersOf, tableOf } from '../../cache/inputs.ts';
import type { Json } from '../../cache/record.ts';
import { compressCommand } from '../../compressors.ts';
import { digestOf } from '../../digest.ts';
import type { Host } from '../../host/port.ts';
import type { InitrdEntry } from './cpio.ts';
import type { InitrdCompression } from './pack.ts';
import type { InitrdRequest } from './request.ts';

/**
 * All that the bytes of a composed initrd depend on: every entry with its content, wherever it came from, and what packs
 * them. Whatever a definition, a script or a package changed shows there.
 */
export async function composedInputs(
  host: Host,
  { kernel, root }: InitrdRequest,
  entries: readonly InitrdEntry[],
  compression: InitrdCompression,
): Promise<Json> {
  const sources = entries.flatMap((entry) => ('source' in entry ? [entry.source] : []));
  const digests = await host.fs.digestFiles(sources.map((path) => posix.join(root.path, path)));
  const contents = new Map(sources.map((source, index) => [source, digests[index]]));
  const describe = (entry: InitrdEntry): string => {
    if (entry.kind === 'symlink') return `-> ${entry.target}`;
    const mode = entry.mode.toString(8);
    if (entry.kind === 'directory') return `${mode} folder`;
    return `${mode} ${'source' in entry ? `sha256:${contents.get(entry.source)}` : digestOf(entry.content)}`;
  };
  return {
    ...(await makersOf(host, [compressCommand(compression, '-').tool])),
    generator: 'systemd',
    kernel: kernel.version,
    epoch: root.epoch,
    files: tableOf(entries, ({ path }) => path, describe),
  };
}

/** Folders by which an input that changed is named: `/usr/lib/dracut`. */
const DEPTH = 3;

/**
 * All that the bytes of an initrd of dracut depend on. Its modules are programs of the image and may read any file of
 * it, so that all of the root counts; hashing it takes a small part of the time that dracut does. Programs of this machine
 * have no part in it.
 */
export async function dracutInputs(host: Host, { kernel, root, drivers, fips }: InitrdRequest): Promise<Json> {
  return {
    ...(await makersOf(host, [])),
    generator: 'dracut',
    kernel: kernel.version,
    epoch: root.epoch,
    drivers,
    fips,
    root: await host.fs.digestTree(root.path, DEPTH),
  };
}
