import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { compressCommand, type Compression } from '../compressors.ts';
import type { Digest } from '../digest.ts';
import { formatBytes } from '../format-bytes.ts';
import type { Clock, Command, Host } from '../host/port.ts';

/** A root as one tar file, with the digests of what went into the compressor and of what came out. */
export interface PackedLayer {
  readonly compression: Compression;
  /** Of the compressed file. */
  readonly digest: Digest;
  /** Bytes of the compressed file. */
  readonly size: number;
  /** Of the tar itself: what the image specification calls the DiffID. */
  readonly diffId: Digest;
}

export interface LayerRequest {
  /** Absolute path of the root. */
  readonly root: string;
  /** Top-level names of the root to take, sorted. */
  readonly entries: readonly string[];
  /** Seconds since 1970: what is newer is dated so. */
  readonly epoch: number;
  readonly compression: Compression;
  readonly level?: number | undefined;
  /** File that lists the paths to take, sorted, NUL behind each; folders are not gone into. */
  readonly only?: string | undefined;
  /** File that lists the paths to leave out, a line each. */
  readonly without?: string | undefined;
}

/**
 * Arguments of GNU tar(1) for a layer that depends on the content alone: sorted, numeric owners, no access or change
 * times, dates not above the epoch, file capabilities kept. SELinux labels stay out: a container runtime labels its
 * own.
 */
export const tarArguments = ({ root, entries, epoch, only, without }: Omit<LayerRequest, 'compression'>): string[] => [
  '--create',
  '--file=-',
  `--directory=${root}`,
  '--format=posix',
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
  '--sort=name',
  '--numeric-owner',
  `--mtime=@${epoch}`,
  '--clamp-mtime',
  '--xattrs',
  '--xattrs-include=*',
  '--xattrs-exclude=security.selinux',
  ...(without === undefined ? [] : ['--anchored', '--no-wildcards', `--exclude-from=${without}`]),
  ...(only === undefined
    ? ['--', ...entries]
    : ['--null', '--verbatim-files-from', '--no-recursion', `--files-from=${only}`]),
];

/** Packs a root into one layer file, hashing on the way what goes in and what comes out. */
export async function packLayer(
  host: Host,
  request: LayerRequest,
  target: string,
  detail: (text: string) => void,
): Promise<PackedLayer> {
  const lists = [request.only, request.without].filter((list) => list !== undefined);
  const tar: Command = { tool: 'tar', args: tarArguments(request), view: { read: [request.root, ...lists] } };
  const content = new HashingStream(occasionally(host.clock, (bytes) => detail(formatBytes(bytes))));
  const { compression, level } = request;
  if (compression === 'none') {
    await host.piped(tar, (stdout) => pipeline(stdout, content, (source) => host.fs.writeStream(target, source)));
    detail(formatBytes(content.bytes));
    return layer(compression, content, content);
  }
  const packed = new HashingStream();
  await host.piped(tar, (unpacked) => host.piped(
    { ...compressCommand(compression, '-', level), view: {} },
    (stdout) => pipeline(stdout, packed, (source) => host.fs.writeStream(target, source)),
    (stdin) => pipeline(unpacked, content, stdin),
  ));
  detail(`${formatBytes(content.bytes)}, ${formatBytes(packed.bytes)} packed`);
  return layer(compression, content, packed);
}

/** Ten times a second is as much as a person can read. */
function occasionally(clock: Clock, show: (bytes: number) => void): (bytes: number) => void {
  let next = 0;
  return (bytes) => {
    const now = clock.seconds();
    if (now < next) return;
    next = now + 0.1;
    show(bytes);
  };
}

const layer = (compression: Compression, content: HashingStream, packed: HashingStream): PackedLayer => ({
  compression,
  digest: packed.digest(),
  size: packed.bytes,
  diffId: content.digest(),
});

/** Passes bytes on unchanged and knows their number and digest at the end. */
class HashingStream extends Transform {
  bytes = 0;
  readonly #hash: Hash = createHash('sha256');
  readonly #onBytes: (total: number) => void;
  #digest: Digest | undefined;

  constructor(onBytes: (total: number) => void = () => undefined) {
    super({ highWaterMark: 1024 * 1024 });
    this.#onBytes = onBytes;
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: (error: null, chunk: Uint8Array) => void): void {
    this.bytes += chunk.byteLength;
    this.#hash.update(chunk);
    this.#onBytes(this.bytes);
    done(null, chunk);
  }

  digest(): Digest {
    return (this.#digest ??= `sha256:${this.#hash.digest('hex')}`);
  }
}
