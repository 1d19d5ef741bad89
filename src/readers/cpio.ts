import type { ByteSource } from '../byte-source.ts';
import { BadBytes } from './bytes.ts';
import { LIMITS } from './limits.ts';

const HEADER = 110;
const TRAILER = 'TRAILER!!!';

/**
 * Yields the names in a cpio archive of the kernel's format one at a time, because a few compressed bytes expand to
 * millions of names. Returns the offset of the end of the archive. Throws `BadBytes` if it is no such archive.
 */
export function* readCpio(source: Pick<ByteSource, 'size' | 'read'>, start = 0): Generator<string, number> {
  const buffer = Buffer.alloc(HEADER + LIMITS.cpio.name);
  for (let at = start; at + HEADER <= source.size;) {
    const head = Buffer.from(source.read(at, Math.min(buffer.length, source.size - at), buffer));
    if (!/^07070[12]$/.test(head.toString('latin1', 0, 6))) throw new BadBytes('a cpio header is missing');
    const field = (index: number): number => Number.parseInt(head.toString('latin1', 6 + index * 8, 14 + index * 8), 16);
    const [size, nameSize] = [field(6), field(11)];
    if (!(size >= 0) || !(nameSize > 0 && nameSize <= LIMITS.cpio.name)) throw new BadBytes('a cpio header holds impossible numbers');
    const name = head.toString('utf8', HEADER, HEADER + nameSize - 1);
    const content = padded(at + HEADER + nameSize);
    if (name === TRAILER) return content;
    if (content + size > source.size) throw new BadBytes('the cpio archive is cut short');
    yield name;
    at = padded(content + size);
  }
  throw new BadBytes('the cpio archive does not end');
}

const padded = (offset: number): number => Math.ceil(offset / 4) * 4;
