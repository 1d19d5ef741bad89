import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { BadBytes } from '../../readers/bytes.ts';
import type { ByteSource, Host } from '../../host/port.ts';
import type { TarFacts } from '../oci-facts.ts';
import type { TarEntryFact } from '../../readers/tar-headers.ts';
import { tarHeaders } from '../../readers/tar-headers.ts';

/** First bytes of a file by compression. */
const MAGIC: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b], zstd: [0x28, 0xb5, 0x2f, 0xfd], xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a], bzip2: [0x42, 0x5a, 0x68],
};

export function compressionOf(source: Pick<ByteSource, 'read'>): TarFacts['compression'] {
  const head = source.read(0, 6);
  const found = Object.entries(MAGIC).find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  return (found?.[0] ?? 'none') as TarFacts['compression'];
}

/** Headers compress ten thousand to one: a small file could fill any memory. A whole distribution has not half of these. */
const MAX_ENTRIES = 2_000_000;

/**
 * Reads a tar once from front to back, whatever its compression: the digest of its bytes and the header of every entry.
 * Nothing is unpacked. A tar that is damaged is a fact, not an exception.
 */
export async function readTar(host: Host, path: string, most = MAX_ENTRIES): Promise<TarFacts> {
  const compression = whileOpen(host, path, compressionOf);
  const digest = createHash('sha256');
  const entries: TarEntryFact[] = [];
  const parse = tarHeaders(({ path, kind, target, mtime }) => {
    if (entries.length === most) throw new BadBytes(`it holds more than ${most} entries`);
    entries.push({ path, kind, ...(target === undefined ? {} : { target }), mtime });
  });
  try {
    for await (const piece of await decompressed(host, path, compression)) {
      digest.update(piece as Uint8Array);
      parse.push(piece as Uint8Array);
    }
    parse.end();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { compression, diffId: undefined, problem: error.message, entries };
  }
  return { compression, diffId: `sha256:${digest.digest('hex')}`, problem: undefined, entries };
}

/** Runs a reader on a file and closes it. */
export function whileOpen<T>(host: Host, path: string, read: (source: ByteSource) => T): T {
  const source = host.fs.openBytes(path);
  try {
    return read(source);
  } finally {
    source.close();
  }
}

async function decompressed(host: Host, path: string, compression: TarFacts['compression']): Promise<AsyncIterable<unknown>> {
  const file = host.fs.createReadStream(path);
  switch (compression) {
    case 'none': return file;
    case 'gzip': return piped(file, createGunzip({ chunkSize: 256 * 1024 }));
    case 'zstd': return piped(file, createZstdDecompress({ chunkSize: 256 * 1024 }));
    case 'xz': return (await host.stream({ tool: 'xz', args: ['--decompress', '--stdout', '-T0'], view: {} }, { stdin: file })).stdout;
    case 'bzip2':
      file.destroy();
      throw new BadBytes('hew does not read bzip2');
  }
}

/** An error of the file ends the reader too, which `pipe` alone does not do. */
function piped(file: Readable, through: NodeJS.ReadWriteStream & Readable): Readable {
  file.on('error', (error) => through.destroy(error));
  return file.pipe(through);
}

/** What zlib finds wrong has such a code: https://nodejs.org/api/zlib.html#constants */
const isDamage = (error: unknown): error is Error =>
  error instanceof BadBytes || (error instanceof Error && /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test((error as NodeJS.ErrnoException).code ?? ''));
