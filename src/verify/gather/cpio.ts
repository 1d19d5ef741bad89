import { BadBytes } from '../../hardware/bytes.ts';

const HEADER = 110;
const TRAILER = 'TRAILER!!!';

/** Names in a cpio archive of the kernel's format, and where it ends. Throws `BadBytes` where it is none. Pure. */
export function readCpio(bytes: Uint8Array, start = 0): { readonly names: readonly string[]; readonly end: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = start; at + HEADER <= view.length;) {
    if (!/^07070[12]$/.test(view.toString('latin1', at, at + 6))) throw new BadBytes('there is no cpio header where one should be');
    const field = (index: number): number => Number.parseInt(view.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const [size, nameSize] = [field(6), field(11)];
    if (!(size >= 0) || !(nameSize > 0)) throw new BadBytes('a cpio header holds no numbers');
    const name = view.toString('utf8', at + HEADER, at + HEADER + nameSize - 1);
    const content = padded(at + HEADER + nameSize);
    if (name === TRAILER) return { names, end: content };
    if (content + size > view.length) throw new BadBytes('the cpio archive is cut short');
    names.push(name);
    at = padded(content + size);
  }
  throw new BadBytes('the cpio archive does not end');
}

const padded = (offset: number): number => Math.ceil(offset / 4) * 4;
