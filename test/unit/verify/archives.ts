import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { writeCpio, type InitrdEntry } from '../../../src/boot/initrd/cpio.ts';
import type { Command, Host, RootFiles } from '../../../src/host/port.ts';
import { tarHeaders, type TarEntry } from '../../../src/readers/tar-headers.ts';
import { listInitrd } from '../../../src/verify/gather/initrd.ts';
import { addMembers } from '../../integration/verify/layouts.ts';
import { sourceOf } from '../disk/support.ts';

/** Holds one file, and unpacks with Node what programs would. */
const hostWith = (initrd: Uint8Array): Host => {
  const files = new Map([['/initrd', initrd]]);
  return {
    makeWorkFolder: async () => '/work',
    checkpoint: async () => undefined,
    fs: { openBytes: (path: string) => sourceOf(files.get(path) ?? Buffer.alloc(0)), remove: async () => undefined },
    run: async ({ args }: Command) => {
      const [from = '', size = '', out = '', , program] = args.slice(4);
      const packed = initrd.subarray(Number(from) - 1, Number(from) - 1 + Number(size));
      const unpack = { igzip: gunzipSync, zstd: zstdDecompressSync }[program ?? ''];
      try {
        files.set(out, unpack?.(packed) ?? Buffer.alloc(0));
      } catch {
        files.set(out, Buffer.alloc(0));
      }
    },
  } as unknown as Host;
};

/** Lists an initrd. */
export const list = (initrd: Uint8Array): ReturnType<typeof listInitrd> => {
  const host = hostWith(initrd);
  const files = { openBytes: host.fs.openBytes, locate: (path: string) => Promise.resolve(path) } as unknown as RootFiles;
  return listInitrd(host, { files, path: '/initrd' });
};

/** A cpio archive with these files. */
export async function cpio(...paths: readonly string[]): Promise<Buffer> {
  const entries = paths.map((path): InitrdEntry => ({ path, kind: 'file', mode: 0o644, content: Buffer.from('12345') }));
  const pieces: Uint8Array[] = [];
  for await (const piece of writeCpio(entries, 0, () => Promise.resolve({ size: 0, pieces: [] }))) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The entries of a tar, fed so many bytes at a time. */
export const readEntries = (tar: Uint8Array, step: number, contents: string[] = []): readonly TarEntry[] => {
  const entries: TarEntry[] = [];
  const parse = tarHeaders(
    (entry) => {
      entries.push(entry);
      contents.push('');
    },
    (piece) => void (contents[contents.length - 1] += Buffer.from(piece).toString('latin1')),
  );
  for (let at = 0; at < tar.length; at += step) parse.push(tar.subarray(at, at + step));
  parse.end();
  return entries;
};
const extended = 'path=a-long-name\n';
/** A tar with an entry of each kind. */
export const tar = addMembers(Buffer.alloc(0), [
  { path: './etc/motd', content: 'hello' }, { path: 'dev/null', type: '3' }, { path: 'etc/same', type: '1', link: 'etc/motd' },
  { path: 'x', type: 'x', content: `${extended.length + 3} ${extended}` }, { path: 'short', content: 'y'.repeat(2000) }, { path: 'usr/', type: '5' },
]);
