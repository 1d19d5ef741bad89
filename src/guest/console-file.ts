import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';

/** Bytes of the console that are read each time, and that a guest may write in total. */
const CONSOLE = { seen: 256 * 1024, most: 64 * 1024 * 1024 };

/** The end of the console so far, and its total size. Throws `HewError` for a guest that floods its console. */
export function readEnd(host: Pick<Host, 'fs'>, file: string): { readonly text: string; readonly size: number } {
  const source = host.fs.openBytes(file);
  try {
    const { size } = source;
    if (size > CONSOLE.most) {
      throw new HewError({
        code: 'guest-floods',
        message: `the guest has written more than ${CONSOLE.most / 2 ** 20} MiB to its console`,
        hint: 'see what it repeats: `hew inspect` lists its services and its kernel command line',
      });
    }
    const start = Math.max(0, size - CONSOLE.seen);
    return { text: Buffer.from(source.read(start, size - start)).toString('utf8'), size };
  } finally {
    source.close();
  }
}
