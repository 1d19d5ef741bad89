import { posix } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

import type { Repository } from '../../definition/index.ts';
import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { attempt, attemptAsync } from '../../readers/attempt.ts';
import { childrenOf, parseXml } from '../../readers/xml.ts';
import { cacheFolderOf } from './metadata-keys.ts';
import type { DnfSession } from './types.ts';

/** Files of a repository's metadata, by their types in `repomd.xml`. */
export type MetadataType = 'primary' | 'filelists' | 'updateinfo' | 'modules';

/**
 * Absolute path of a file of metadata in dnf5's cache; undefined where the repository has none of that type, and where
 * dnf5 did not fetch it. dnf5 compares each file with its digest in `repomd.xml` as it comes in.
 */
export async function metadataFile(session: DnfSession, settings: Repository, type: MetadataType): Promise<string | undefined> {
  const { host, paths } = session;
  const folder = posix.join(paths.cache, cacheFolderOf(session, settings), 'repodata');
  const text = await host.fs.readTextIfThere(posix.join(folder, 'repomd.xml'));
  const repomd = attempt(() => parseXml(text ?? ''));
  const data = repomd.ok ? childrenOf(repomd.value, 'data').find(({ attributes }) => attributes['type'] === type) : undefined;
  const href = data === undefined ? undefined : childrenOf(data, 'location')[0]?.attributes['href'];
  if (href === undefined) return undefined;
  const file = posix.join(folder, posix.basename(href));
  return (await host.fs.status(file))?.kind === 'file' ? file : undefined;
}

type Pieces = AsyncIterable<Uint8Array>;

/** Bytes: the lists of all files of Fedora have some 700 MB. */
const MOST = 4 * 1024 ** 3;

/**
 * Unpacks a file of metadata for a reader that throws `BadBytes`. Throws `HewError` where it cannot be read: damaged, too
 * large, or of another compression.
 */
export async function readMetadata<T>(host: Host, file: string, read: (pieces: Pieces) => Promise<T>): Promise<T> {
  const refuse = (reason: string): HewError => new HewError({
    code: 'metadata-unreadable',
    message: `${posix.basename(file)} of a repository cannot be read: ${reason}`,
    hint: 'ask the owner of the repository for metadata that createrepo_c makes, compressed with gzip, xz or zstd',
  });
  const kind = posix.extname(file);
  const reader = (pieces: Pieces): Promise<T> => read(limited(pieces, refuse));
  const unpack = async (): Promise<T> => {
    if (kind === '.xz') return host.piped({ tool: 'xz', args: ['--decompress', '--stdout', '--', file], view: { read: [file] } }, reader);
    const pieces = host.fs.pieces(file);
    if (kind === '.gz' || kind === '.zst') return reader(through(pieces, kind === '.gz' ? createGunzip() : createZstdDecompress(), refuse));
    if (kind === '.xml' || kind === '.yaml') return reader(pieces);
    throw refuse(kind === '' ? 'its compression is unknown' : `compression ${kind.slice(1)}`);
  };
  const result = await attemptAsync(unpack);
  if (!result.ok) throw refuse(result.reason);
  return result.value;
}

async function* through(pieces: Pieces, unpacker: NodeJS.ReadWriteStream, refuse: (reason: string) => HewError): Pieces {
  try {
    // The failure of either end destroys the other, and comes out of the loop.
    yield* pipeline(pieces, unpacker, () => {}) as unknown as Pieces;
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? refuse(error.message) : error;
  }
}

async function* limited(pieces: Pieces, refuse: (reason: string) => HewError): Pieces {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > MOST) throw refuse('it is larger than 4 GiB');
    yield piece;
  }
}
