import { posix } from 'node:path';

import { compressCommand } from '../../compressors.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import type { BootRoot } from './request.ts';
import { writeCpio, type CpioContent, type InitrdEntry } from './cpio.ts';

export type InitrdCompression = 'zstd' | 'gzip';

/**
 * The compression that a kernel with this configuration unpacks. zstd came with 5.9 and is on in Azure Linux, Fedora
 * and Debian; gzip is what every kernel has. A kernel that does not tell is taken to be one of those.
 */
export const initrdCompression = (kernelConfig: string): InitrdCompression =>
  kernelConfig !== '' && !/^CONFIG_RD_ZSTD=y$/m.test(kernelConfig) ? 'gzip' : 'zstd';

export interface PackRequest {
  /** The root whose files some entries are. */
  readonly root: Pick<BootRoot, 'path' | 'epoch'>;
  readonly entries: readonly InitrdEntry[];
  readonly compression: InitrdCompression;
  /** Absolute path of what is made. */
  readonly target: string;
}

/** Packs an initrd into one compressed file. */
export async function packInitrd(host: Host, { root, entries, compression, target }: PackRequest): Promise<void> {
  const inside = host.inside(root.path);
  const folder = await host.makeWorkFolder('initrd-archive', 0);
  const archive = posix.join(folder, 'initrd.cpio');
  await host.fs.makeFolder(posix.dirname(target));
  try {
    await host.fs.writePieces(archive, writeCpio(entries, root.epoch, (source) => open(inside, source)));
    // Most modules are compressed already: higher levels cost seconds and gain little.
    const { tool, args } = compressCommand(compression, '-');
    // Through descriptors: what a compressor knows of a file, such as its name, it would write down.
    await host.run({
      tool: 'sh', args: ['-c', 'from=$1 to=$2; shift 2; exec "$@" < "$from" > "$to"', 'sh', archive, target, tool, ...args],
      view: { read: [archive], write: [posix.dirname(target)] },
    });
  } finally {
    await host.fs.remove(archive);
  }
}

async function open(inside: RootFiles, source: string): Promise<CpioContent> {
  const status = await inside.status(source);
  return { size: status?.size ?? 0, pieces: inside.pieces(source) };
}
