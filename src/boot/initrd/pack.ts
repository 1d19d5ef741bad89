import { posix } from 'node:path';
import { Readable } from 'node:stream';

import type { Host } from '../../host/port.ts';
import type { ToolName } from '../../tools.ts';
import { writeCpio, type InitrdEntry } from './cpio.ts';

export type InitrdCompression = 'zstd' | 'gzip';

/**
 * The compression that a kernel with this configuration unpacks. zstd came with 5.9 and is on in Azure Linux, Fedora
 * and Debian; gzip is what every kernel has. A kernel that does not tell is taken to be one of those. Pure.
 */
export const initrdCompression = (kernelConfig: string): InitrdCompression =>
  kernelConfig !== '' && !/^CONFIG_RD_ZSTD=y$/m.test(kernelConfig) ? 'gzip' : 'zstd';

/** Most modules are compressed already: higher levels cost seconds and gain little. */
const COMPRESSORS: Readonly<Record<InitrdCompression, { tool: ToolName; args: readonly string[] }>> = {
  zstd: { tool: 'zstd', args: ['-T0', '-3', '--stdout', '-q'] },
  gzip: { tool: 'igzip', args: ['-2', '-T', '4', '--no-name', '--stdout', '-'] },
};

/** Packs an initrd into one compressed file. */
export async function packInitrd(
  host: Host,
  entries: readonly InitrdEntry[],
  epoch: number,
  compression: InitrdCompression,
  target: string,
): Promise<void> {
  const archive = writeCpio(entries, epoch, (source) => host.fs.readBytes(source));
  const compressor = await host.stream(
    { ...COMPRESSORS[compression], view: {} },
    { stdin: Readable.from(archive, { objectMode: false, highWaterMark: 1024 * 1024 }) },
  );
  await host.fs.makeFolder(posix.dirname(target));
  await Promise.all([compressor.finished, host.fs.writeStream(target, compressor.stdout)]);
}
