import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import { z } from 'zod';

import type { Host } from '../host/port.ts';
import type { Artifact } from './artifacts.ts';

/** Bytes. A stream's small pieces take three times as long on a disk of gigabytes. */
const PIECE = 4 * 1024 * 1024;

/** A run of bytes of a file: what was written, or a hole, which reads as zeros. */
interface Extent {
  readonly start: number;
  readonly length: number;
  readonly hole: boolean;
}

/**
 * Size and digest of an artifact that is one file. Holes are hashed without being read: the kernel would fill its page
 * cache with zeros first, which takes three times as long as hashing them.
 */
export async function describeFile(host: Host, format: string, path: string): Promise<Artifact> {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(PIECE);
  const source = host.fs.openBytes(path);
  try {
    for (const { start, length, hole } of await extentsOf(host, path, source.size)) {
      for (let done = 0; done < length; done += PIECE) {
        const size = Math.min(PIECE, length - done);
        hash.update(hole ? zeros.subarray(0, size) : source.read(start + done, size));
        // Others must come to their turn: a cancel signal, above all.
        if (done % (16 * PIECE) === 0) await new Promise((resolve) => void setImmediate(resolve));
      }
    }
    return { format, name: posix.basename(path), size: source.size, sha256: hash.digest('hex') };
  } finally {
    source.close();
  }
}

const mapSchema = z.array(z.object({ start: z.number(), length: z.number(), data: z.boolean() }));

/** Where a file has holes, as `qemu-img map` finds them; one extent for a file that has none worth the question. */
async function extentsOf(host: Host, path: string, size: number): Promise<readonly Extent[]> {
  const status = await host.fs.status(path);
  const isSparse = status !== undefined && status.blocks * 512 < size - 16 * PIECE;
  if (!isSparse) return [{ start: 0, length: size, hole: false }];
  const { stdout } = await host.run({
    tool: 'qemu-img',
    args: ['map', '--image-opts', `driver=raw,file.driver=file,file.filename=${path}`, '--output=json'],
    view: { read: [path] },
  });
  const extents = mapSchema.parse(JSON.parse(stdout)).map(({ start, length, data }) => ({ start, length, hole: !data }));
  const mapped = extents.reduce((sum, { length }) => sum + length, 0);
  // qemu counts in sectors; what lies behind the last whole one is data.
  return mapped >= size ? trimTo(extents, size) : [...extents, { start: mapped, length: size - mapped, hole: false }];
}

const trimTo = (extents: readonly Extent[], size: number): readonly Extent[] =>
  extents.filter(({ start }) => start < size).map((extent) => ({ ...extent, length: Math.min(extent.length, size - extent.start) }));
