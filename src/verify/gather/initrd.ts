import { posix } from 'node:path';

import { piecesOf, type ByteSource } from '../../byte-source.ts';
import { partOf } from '../../readers/image/pieces.ts';
import { attemptAsync, type Reading } from '../../readers/attempt.ts';
import { BadBytes } from '../../readers/bytes.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import { readCpio } from '../../readers/cpio.ts';
import { LIMITS } from '../../readers/limits.ts';

/** A file of a root, or of a copied ESP. */
export interface FileInside {
  readonly files: RootFiles;
  readonly path: string;
}

/** The range of an initrd in a file, in bytes. */
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
    if (initrd.size > LIMITS.cpio.packed) return { ok: false, reason: `it has ${initrd.size} bytes, more than any real one` };
    const names: string[] = [];
    for (let at = await skipZeros(host, initrd, 0); at < initrd.size;) {
      const plain = await attemptAsync(() => readArchive(host, initrd, at, names));
      if (!plain.ok && names.length > LIMITS.cpio.names) return plain;
      if (!plain.ok) {
        const packed = await listPacked(host, file, { start: start + at, size: initrd.size - at }, initrd.read(at, 8), names);
        return packed.ok ? { ok: true, value: names } : packed;
      }
      at = await skipZeros(host, initrd, plain.value);
    }
    return names.length > 0 ? { ok: true, value: names } : { ok: false, reason: 'it is empty' };
  } finally {
    source.close();
  }
}

/** Adds the names of an archive, and returns where it ends. Throws `BadBytes` if there are too many. */
async function readArchive(host: Host, source: ByteSource, start: number, names: string[]): Promise<number> {
  const archive = readCpio(source, start);
  for (let step = archive.next(); ; step = archive.next()) {
    if (step.done === true) return step.value;
    if (names.push(step.value) > LIMITS.cpio.names) throw new BadBytes(`it holds more than ${LIMITS.cpio.names} files`);
    if (names.length % NAMES_AT_ONCE === 0) await host.checkpoint();
  }
}

/** Some milliseconds. */
const NAMES_AT_ONCE = 2000;

/** Compressions of CONFIG_RD_*, by their first bytes; those without a command are not supported. */
const COMPRESSIONS: readonly { readonly magic: string; readonly name: string; readonly command?: readonly string[] }[] = [
  { magic: '1f8b', name: 'gzip', command: ['igzip', '--decompress', '--stdout'] },
  { magic: '28b52ffd', name: 'zstd', command: ['zstd', '--decompress', '--stdout', '--quiet'] },
  { magic: 'fd377a58', name: 'xz', command: ['xz', '--decompress', '--stdout', '--quiet'] },
  { magic: '5d0000', name: 'lzma', command: ['xz', '--decompress', '--stdout', '--quiet', '--format=lzma'] },
  { magic: '02214c18', name: 'lz4' },
  { magic: '894c5a4f', name: 'lzo' },
  { magic: '425a68', name: 'bzip2' },
];

/**
 * Unpacks a range of a file into another, with a limit outside hew's memory. Ignores the decompressor's exit status:
 * trailing zero padding makes some of them fail. Real damage surfaces when the cpio is parsed.
 */
const UNPACK = 'file=$1 from=$2 size=$3 out=$4 most=$5; shift 5; tail -c "+$from" "$file" | head -c "$size" | "$@" 2>/dev/null | head -c "$most" > "$out"';

async function listPacked(
  host: Host, packed: FileInside, { start, size }: InitrdRange, first: Uint8Array, names: string[],
): Promise<Reading<void>> {
  const head = Buffer.from(first).toString('hex');
  const found = COMPRESSIONS.find(({ magic }) => head.startsWith(magic));
  if (found === undefined) return { ok: false, reason: 'it is neither a cpio archive nor a compressed one' };
  const { name, command } = found;
  if (command === undefined) return { ok: false, reason: `hew does not read ${name}` };
  const file = await packed.files.locate(packed.path);
  const work = await host.makeWorkFolder('initrd', size * 5);
  const out = posix.join(work, 'initrd');
  try {
    const args = ['-c', UNPACK, 'sh', file, String(start + 1), String(size), out, String(LIMITS.cpio.unpacked), ...command];
    await host.run({ tool: 'sh', args, view: { read: [file], write: [work] } });
    const listed = await attemptAsync(() => readArchives(host, out, names));
    return listed.ok ? listed : { ok: false, reason: `its ${name} data are damaged, or hold something else: ${listed.reason}` };
  } finally {
    await host.fs.remove(work).catch(() => undefined);
  }
}

async function readArchives(host: Host, file: string, names: string[]): Promise<void> {
  const source = host.fs.openBytes(file);
  try {
    const before = names.length;
    for (let at = await skipZeros(host, source, 0); at < source.size || names.length === before;) {
      at = await skipZeros(host, source, await readArchive(host, source, at, names));
    }
  } finally {
    source.close();
  }
}

/** Most archives are followed by few zeros; for gigabytes of them signals must get their turn. */
async function skipZeros(host: Host, source: Pick<ByteSource, 'size' | 'read'>, from: number): Promise<number> {
  let at = from;
  for (const piece of piecesOf(source, from, Math.max(0, source.size - from))) {
    if (!ZEROS.subarray(0, piece.length).equals(piece)) return at + piece.findIndex((byte) => byte !== 0);
    at += piece.length;
    await host.checkpoint();
  }
  return at;
}

const ZEROS = Buffer.alloc(256 * 1024);
