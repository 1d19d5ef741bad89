import { posix } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { attempt, type Reading } from '../../disk/reading.ts';
import { ToolError } from '../../errors.ts';
import { BadBytes } from '../../hardware/bytes.ts';
import type { Host } from '../../host/port.ts';
import type { ToolName } from '../../tools.ts';
import { readCpio } from './cpio.ts';

/** Far more than any initrd: a bomb stops here. */
const LIMIT = { maxOutputLength: 2 * 2 ** 30 };

/**
 * Names of all files in an initrd: one cpio archive after another, each plain or compressed, with zeros between them.
 * https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export async function listInitrd(host: Host, bytes: Uint8Array): Promise<Reading<readonly string[]>> {
  const names: string[] = [];
  for (let at = skipZeros(bytes, 0); at < bytes.length;) {
    const plain = attempt(() => readCpio(bytes, at));
    if (plain.ok) {
      names.push(...plain.value.names);
      at = skipZeros(bytes, plain.value.end);
      continue;
    }
    const unpacked = await unpack(host, bytes.subarray(at));
    if (!unpacked.ok) return unpacked;
    const inner = attempt(() => namesOf(unpacked.value));
    return inner.ok ? { ok: true, value: [...names, ...inner.value] } : inner;
  }
  return names.length > 0 ? { ok: true, value: names } : { ok: false, reason: 'it is empty' };
}

function namesOf(bytes: Uint8Array): readonly string[] {
  const names: string[] = [];
  for (let at = skipZeros(bytes, 0); at < bytes.length;) {
    const archive = readCpio(bytes, at);
    names.push(...archive.names);
    at = skipZeros(bytes, archive.end);
  }
  return names;
}

function skipZeros(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return at;
}

interface Compression {
  readonly magic: string;
  readonly name: string;
  readonly unpack?: (bytes: Uint8Array) => Uint8Array;
  readonly tool?: ToolName;
}

/** Compressions of CONFIG_RD_*, by their first bytes; those without a function are unpacked by a program. */
const COMPRESSIONS: readonly Compression[] = [
  { magic: '1f8b', name: 'gzip', unpack: (bytes) => gunzipSync(bytes, LIMIT) },
  { magic: '28b52ffd', name: 'zstd', unpack: (bytes) => zstdDecompressSync(bytes, LIMIT) },
  { magic: 'fd377a58', name: 'xz', tool: 'xz' },
  { magic: '5d0000', name: 'lzma', tool: 'xz' },
  { magic: '02214c18', name: 'lz4' },
  { magic: '894c5a4f', name: 'lzo' },
  { magic: '425a68', name: 'bzip2' },
];

async function unpack(host: Host, bytes: Uint8Array): Promise<Reading<Uint8Array>> {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const found = COMPRESSIONS.find(({ magic }) => head.startsWith(magic));
  if (found === undefined) return { ok: false, reason: 'it is neither a cpio archive nor a compressed one' };
  const { unpack: inflate, tool, name } = found;
  if (tool !== undefined) return unpackBy(host, tool, bytes);
  if (inflate === undefined) return { ok: false, reason: `hew does not read ${name}` };
  return attempt(() => {
    try {
      return inflate(bytes);
    } catch (error) {
      throw new BadBytes(`its ${name} data are damaged: ${(error as Error).message}`);
    }
  });
}

async function unpackBy(host: Host, tool: ToolName, bytes: Uint8Array): Promise<Reading<Uint8Array>> {
  const work = await host.makeWorkFolder('initrd', bytes.length * 5);
  const packed = posix.join(work, 'initrd.packed');
  try {
    await host.fs.write(packed, bytes);
    await host.run({ tool, args: ['--decompress', '--force', '--format=auto', '--suffix=.packed', packed], view: { write: [work] } });
    const unpacked = posix.join(work, 'initrd');
    const size = (await host.fs.status(unpacked))?.size ?? 0;
    if (size > LIMIT.maxOutputLength) return { ok: false, reason: `it unpacks to ${size} bytes` };
    return { ok: true, value: await host.fs.readBytes(unpacked) };
  } catch (error) {
    if (error instanceof ToolError) return { ok: false, reason: `${tool} cannot unpack it` };
    throw error;
  } finally {
    await host.fs.remove(work).catch(() => undefined);
  }
}
