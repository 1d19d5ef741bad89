import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import { whileOpen, type ByteSource } from '../../byte-source.ts';
import { ToolError } from '../../errors.ts';
import { BadBytes } from '../../readers/bytes.ts';
import { LIMITS } from '../../readers/limits.ts';
import type { Command, Host } from '../../host/port.ts';
import type { TarFacts } from '../oci-facts.ts';
import type { TarEntryFact } from '../../readers/tar-headers.ts';
import { tarHeaders } from '../../readers/tar-headers.ts';
import { withCheckpoints } from './checkpoints.ts';

/** First bytes of a file by compression. */
const MAGIC: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b], zstd: [0x28, 0xb5, 0x2f, 0xfd], xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a], bzip2: [0x42, 0x5a, 0x68],
};

export function compressionOf(source: Pick<ByteSource, 'read'>): TarFacts['compression'] {
  const head = source.read(0, 6);
  const found = Object.entries(MAGIC).find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  return (found?.[0] ?? 'none') as TarFacts['compression'];
}

/** What the tars of one artifact may still add: headers compress ten thousand to one. */
export interface TarBudget {
  entries: number;
  /** Bytes of names. */
  names: number;
}

export const tarBudget = (): TarBudget => ({ entries: LIMITS.tar.entries, names: LIMITS.tar.names });

/**
 * Reads a tar once from front to back, in any compression: the digest of its bytes and the header of every entry.
 * Unpacks nothing. Damage is a fact, not an exception. Subtracts what it reads from `budget`.
 */
export async function readTar(host: Host, path: string, budget = tarBudget()): Promise<TarFacts> {
  const compression = whileOpen(host.fs.openBytes(path), compressionOf);
  const digest = createHash('sha256');
  const entries: TarEntryFact[] = [];
  const parse = tarHeaders(({ path, kind, target, mtime }) => {
    budget.entries -= 1;
    budget.names -= path.length + (target?.length ?? 0);
    if (budget.entries < 0) throw new BadBytes(`it holds more than ${LIMITS.tar.entries} entries, together with the layers below`);
    if (budget.names < 0) throw new BadBytes(`its names have more than ${LIMITS.tar.names} bytes, together with those of the layers below`);
    entries.push({ path, kind, ...(target === undefined ? {} : { target }), mtime });
  });
  const read = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of withCheckpoints(host, pieces)) {
      digest.update(piece);
      parse.push(piece);
    }
    parse.end();
  };
  try {
    await readDecompressed(host, path, compression, read);
  } catch (error) {
    const problem = damageOf(error);
    if (problem === undefined) throw error;
    return { compression, diffId: undefined, problem, entries };
  }
  return { compression, diffId: `sha256:${digest.digest('hex')}`, problem: undefined, entries };
}

type Read = (pieces: AsyncIterable<Uint8Array>) => Promise<void>;

/** Reads the content of a file. When the reader, the file or the decompressor fails, the others are ended. */
async function readDecompressed(host: Host, path: string, compression: TarFacts['compression'], read: Read): Promise<void> {
  switch (compression) {
    case 'none': return pipeline(host.fs.createReadStream(path), read);
    case 'gzip': return pipeline(host.fs.createReadStream(path), createGunzip({ chunkSize: 256 * 1024 }), read);
    case 'zstd': return pipeline(host.fs.createReadStream(path), createZstdDecompress({ chunkSize: 256 * 1024 }), read);
    case 'xz': {
      const xz: Command = { tool: 'xz', args: ['--decompress', '--stdout', '-T0'], view: {} };
      return host.piped(xz, read, (stdin) => pipeline(host.fs.createReadStream(path), stdin));
    }
    case 'bzip2': throw new BadBytes('hew does not read bzip2');
  }
}

/** What is wrong with the file, if that is why reading it failed. */
function damageOf(error: unknown): string | undefined {
  if (error instanceof BadBytes) return error.message;
  // xz prints the name of its input and then the fault.
  if (error instanceof ToolError) return /^xz: \(stdin\): (.+)/m.exec(error.stderr)?.[1];
  // Error codes of zlib: https://nodejs.org/api/zlib.html#constants
  return error instanceof Error && /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test((error as NodeJS.ErrnoException).code ?? '') ? error.message : undefined;
}
