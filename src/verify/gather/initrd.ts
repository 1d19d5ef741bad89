import { posix } from 'node:path';

import { piecesOf, whileOpen, type ByteSource } from '../../byte-source.ts';
import { partOf } from '../../readers/image/pieces.ts';
import { attempt, type Reading } from '../../readers/attempt.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import { readCpio } from '../../readers/cpio.ts';

/** A file of a root, or of a copied ESP. */
export interface FileInside {
  readonly files: RootFiles;
  readonly path: string;
}

/** Where an initrd lies in a file, in bytes. */
export interface InitrdRange {
  readonly start: number;
  readonly size: number;
}

/**
 * Names of all files in an initrd: one cpio archive after another, each plain or compressed, with zeros between them.
 * https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export async function listInitrd(host: Host, file: FileInside, range?: InitrdRange): Promise<Reading<readonly string[]>> {
  const source = file.files.openBytes(file.path);
  try {
    const start = range?.start ?? 0;
    const initrd = partOf(source, start, range?.size ?? source.size);
    const names: string[] = [];
    for (let at = skipZeros(initrd, 0); at < initrd.size;) {
      const plain = attempt(() => readCpio(initrd, at));
      if (!plain.ok) {
        const packed = await listPacked(host, file, { start: start + at, size: initrd.size - at }, initrd.read(at, 8));
        return packed.ok ? { ok: true, value: [...names, ...packed.value] } : packed;
      }
      names.push(...plain.value.names);
      at = skipZeros(initrd, plain.value.end);
    }
    return names.length > 0 ? { ok: true, value: names } : { ok: false, reason: 'it is empty' };
  } finally {
    source.close();
  }
}

/** Compressions of CONFIG_RD_*, by their first bytes; those without a command are not read. */
const COMPRESSIONS: readonly { readonly magic: string; readonly name: string; readonly command?: readonly string[] }[] = [
  { magic: '1f8b', name: 'gzip', command: ['igzip', '--decompress', '--stdout'] },
  { magic: '28b52ffd', name: 'zstd', command: ['zstd', '--decompress', '--stdout', '--quiet'] },
  { magic: 'fd377a58', name: 'xz', command: ['xz', '--decompress', '--stdout', '--quiet'] },
  { magic: '5d0000', name: 'lzma', command: ['xz', '--decompress', '--stdout', '--quiet', '--format=lzma'] },
  { magic: '02214c18', name: 'lz4' },
  { magic: '894c5a4f', name: 'lzo' },
  { magic: '425a68', name: 'bzip2' },
];

/** Far more than any initrd: a bomb stops here. */
const MOST_BYTES = 2 * 2 ** 30;

/**
 * Unpacks a range of a file into another, past any memory of hew's. What fails is not asked: zeros behind the end are no
 * fault to the kernel and one to some of these programs, and what is damaged shows in the archive.
 */
const UNPACK = 'file=$1 from=$2 size=$3 out=$4 most=$5; shift 5; tail -c "+$from" "$file" | head -c "$size" | "$@" 2>/dev/null | head -c "$most" > "$out"';

async function listPacked(host: Host, packed: FileInside, { start, size }: InitrdRange, first: Uint8Array): Promise<Reading<readonly string[]>> {
  const head = Buffer.from(first).toString('hex');
  const found = COMPRESSIONS.find(({ magic }) => head.startsWith(magic));
  if (found === undefined) return { ok: false, reason: 'it is neither a cpio archive nor a compressed one' };
  const { name, command } = found;
  if (command === undefined) return { ok: false, reason: `hew does not read ${name}` };
  const file = await packed.files.locate(packed.path);
  const work = await host.makeWorkFolder('initrd', size * 5);
  const out = posix.join(work, 'initrd');
  try {
    const args = ['-c', UNPACK, 'sh', file, String(start + 1), String(size), out, String(MOST_BYTES), ...command];
    await host.run({ tool: 'sh', args, view: { read: [file], write: [work] } });
    const listed = attempt(() => whileOpen(host.fs.openBytes(out), namesOf));
    return listed.ok ? listed : { ok: false, reason: `its ${name} data are damaged, or hold something else: ${listed.reason}` };
  } finally {
    await host.fs.remove(work).catch(() => undefined);
  }
}

function namesOf(source: ByteSource): readonly string[] {
  const names: string[] = [];
  for (let at = skipZeros(source, 0); at < source.size || names.length === 0;) {
    const archive = readCpio(source, at);
    names.push(...archive.names);
    at = skipZeros(source, archive.end);
  }
  return names;
}

function skipZeros(source: Pick<ByteSource, 'size' | 'read'>, from: number): number {
  let at = from;
  for (const piece of piecesOf(source, from, Math.max(0, source.size - from))) {
    const found = piece.findIndex((byte) => byte !== 0);
    if (found >= 0) return at + found;
    at += piece.length;
  }
  return at;
}
