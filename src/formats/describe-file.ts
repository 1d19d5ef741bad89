import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { z } from 'zod';

import type { Extent, FileStatus, Host } from '../host/port.ts';
import type { Artifact } from './artifact.ts';
import { rowOfArtifact } from './rows.ts';

/** Bytes in holes from which it pays to start a process that finds them. */
const WORTH_ASKING = 64 * 1024 * 1024;

/** Bytes from which it pays to start a thread. */
const WORTH_A_THREAD = 16 * 1024 * 1024;

/**
 * Size and digest of an artifact that is one file. Holes are hashed without reading them: the kernel would fill its
 * page cache with zeros first, which takes three times as long as hashing. A large file is hashed in parallel with
 * other work; `signal` ends that, and its reason is thrown.
 */
export async function describeFile(host: Host, format: string, path: string, signal?: AbortSignal): Promise<Artifact> {
  const status = await host.fs.status(path);
  if (status === undefined) throw new Error(`${path} was to be an artifact and is not there`);
  const { size } = status;
  const sha256 = size < WORTH_A_THREAD
    ? createHash('sha256').update(await host.fs.readBytes(path)).digest('hex')
    : await host.fs.sha256(path, await (isDisk(format) ? extentsOf(host, path, status) : whole(size)), signal);
  return { format, name: posix.basename(path), size, sha256 };
}

/** Only disks have holes that count; a file system that compresses takes fewer blocks for other files too. */
const isDisk = (format: string): boolean => rowOfArtifact(format)?.kind === 'disk';

const whole = (size: number): readonly Extent[] => [{ start: 0, length: size, hole: false }];

const mapSchema = z.array(z.object({ start: z.number(), length: z.number(), data: z.boolean() }));

/** The holes of a file, as `qemu-img map` finds them; one extent for a file with too few to look for. */
export async function extentsOf(host: Host, path: string, { size, blocks }: Pick<FileStatus, 'size' | 'blocks'>): Promise<readonly Extent[]> {
  const isSparse = blocks * 512 < size - WORTH_ASKING;
  if (!isSparse) return whole(size);
  const { stdout } = await host.run({
    tool: 'qemu-img',
    args: ['map', '--image-opts', `driver=raw,file.driver=file,file.filename=${path}`, '--output=json'],
    view: { read: [path] },
  });
  const extents = mapSchema.parse(JSON.parse(stdout)).map(({ start, length, data }) => ({ start, length, hole: !data }));
  const mapped = extents.reduce((sum, { length }) => sum + length, 0);
  // qemu counts in sectors; the rest after the last whole sector is data.
  return mapped >= size ? trimTo(extents, size) : [...extents, { start: mapped, length: size - mapped, hole: false }];
}

const trimTo = (extents: readonly Extent[], size: number): readonly Extent[] =>
  extents.filter(({ start }) => start < size).map((extent) => ({ ...extent, length: Math.min(extent.length, size - extent.start) }));
