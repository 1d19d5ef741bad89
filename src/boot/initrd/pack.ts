import { posix } from 'node:path';
import { Readable } from 'node:stream';

import type { Host } from '../../host/port.ts';
import { writeCpio, type InitrdEntry } from './cpio.ts';

/**
 * Packs an initrd into one file, compressed by zstd: every kernel since 5.9 reads that where CONFIG_RD_ZSTD is on, as
 * it is in Azure Linux, Fedora and Debian.
 */
export async function packInitrd(host: Host, entries: readonly InitrdEntry[], epoch: number, target: string): Promise<void> {
  const archive = writeCpio(entries, epoch, (source) => host.fs.readBytes(source));
  // Most modules are compressed already; a higher level costs seconds and gains little.
  const compressor = await host.stream(
    { tool: 'zstd', args: ['-T0', '-3', '--stdout', '-q'], view: {} },
    { stdin: Readable.from(archive, { objectMode: false, highWaterMark: 1024 * 1024 }) },
  );
  await host.fs.makeFolder(posix.dirname(target));
  await Promise.all([compressor.finished, host.fs.writeStream(target, compressor.stdout)]);
}
