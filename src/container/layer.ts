import { createHash, type Hash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Digest } from '../digest.ts';
import { formatBytes } from '../format-bytes.ts';
import type { Clock, Command, Host } from '../host/port.ts';
import type { ToolName } from '../tools.ts';

export type Compression = 'zstd' | 'gzip' | 'xz' | 'none';

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
 * own. Pure.
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

/**
 * Compressors whose output does not depend on how many processors there are: zstd cuts its input by level, xz by the
 * block size given, and the number of igzip's threads is fixed.
 */
const COMPRESSORS: Readonly<Record<Compression, ((level?: number) => { tool: ToolName; args: string[] }) | undefined>> = {
  zstd: (level = 3) => ({ tool: 'zstd', args: ['-T0', `-${level}`, ...(level > 19 ? ['--ultra'] : []), '--stdout', '-q'] }),
  gzip: (level = 2) => ({ tool: 'igzip', args: [`-${Math.min(level, 3)}`, '-T', '4', '--no-name', '--stdout', '-'] }),
  xz: (level = 6) => ({ tool: 'xz', args: ['-T0', '--block-size=16MiB', `-${Math.min(level, 9)}`, '--stdout'] }),
  none: undefined,
};

/** Tools that packing with a compression starts. */
export const layerTools = (compression: Compression): readonly ToolName[] => {
  const compressor = COMPRESSORS[compression]?.();
  return ['tar', ...(compressor === undefined ? [] : [compressor.tool])];
};

/** Packs a root into one layer file, hashing on the way what goes in and what comes out. */
export async function packLayer(
  host: Host,
  request: LayerRequest,
  target: string,
  detail: (text: string) => void,
): Promise<PackedLayer> {
  const lists = [request.only, request.without].filter((list) => list !== undefined);
  const tar: Command = { tool: 'tar', args: tarArguments(request), view: { read: [request.root, ...lists] } };
  const compressor = COMPRESSORS[request.compression]?.(request.level);
  const content = new HashingStream(occasionally(host.clock, (bytes) => detail(formatBytes(bytes))));
  if (compressor === undefined) {
    await host.piped(tar, (stdout) => pipeline(stdout, content, (source) => host.fs.writeStream(target, source)));
    detail(formatBytes(content.bytes));
    return layer(request.compression, content, content);
  }
  const packed = new HashingStream();
  await host.piped(tar, (unpacked) => host.piped(
    { ...compressor, view: {} },
    (stdout) => pipeline(stdout, packed, (source) => host.fs.writeStream(target, source)),
    (stdin) => pipeline(unpacked, content, stdin),
  ));
  detail(`${formatBytes(content.bytes)}, ${formatBytes(packed.bytes)} packed`);
  return layer(request.compression, content, packed);
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
