import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';

/** Bytes of what a guest has written that are looked at each time, and that it may write at all. */
const CONSOLE = { seen: 256 * 1024, most: 64 * 1024 * 1024 };

/** The end of what a guest has written so far, and bytes of the whole. Throws `HewError` for a guest that floods its console. */
export function readEnd(host: Pick<Host, 'fs'>, file: string): { readonly text: string; readonly size: number } {
  const source = host.fs.openBytes(file);
  try {
    const { size } = source;
    if (size > CONSOLE.most) {
      throw new HewError({
        code: 'guest-floods',
        message: `the guest has written more than ${CONSOLE.most / 2 ** 20} MiB to its console`,
        hint: 'look for what it repeats: `hew inspect` lists its services and its kernel command line',
      });
    }
    const start = Math.max(0, size - CONSOLE.seen);
    return { text: Buffer.from(source.read(start, size - start)).toString('utf8'), size };
  } finally {
    source.close();
  }
}
