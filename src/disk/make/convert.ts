import { posix } from 'node:path';

import type { Output } from '../../definition/index.ts';
import type { Host } from '../../host/port.ts';
import { deriveUuid } from '../derive-ids.ts';
import { stampVhdFooter } from './vhd-stamp.ts';
import { VHD_FOOTER_SIZE } from '../../readers/image/vhd.ts';
import { VHDX_BLOCK_SIZE, vhdxHeaders, vhdxSkeleton } from './vhdx-skeleton.ts';
import { machineFull } from './no-space.ts';

export type DiskOutput = Extract<Output, { format: 'raw' | 'qcow2' | 'vhd' | 'vhdx' }>;

export interface ConvertRequest {
  /** The raw disk. */
  readonly disk: string;
  readonly size: number;
  readonly seed: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** Absolute path of the file to write, without its ending. */
  readonly target: string;
}

/**
 * Writes a disk in a format and returns the path of the file. Equal disks, seeds and epochs give equal bytes.
 * Throws `HewError` when there is no room for it.
 */
export async function convertDisk(host: Host, output: DiskOutput, request: ConvertRequest): Promise<string> {
  try {
    return await write(host, output, request);
  } catch (error) {
    throw (await machineFull(host, posix.dirname(request.target), error)) ?? error;
  }
}

function write(host: Host, output: DiskOutput, request: ConvertRequest): Promise<string> {
  switch (output.format) {
    case 'raw': return writeRaw(host, output.compression, request);
    case 'qcow2': return convert(host, request, `${request.target}.qcow2`, qcow2Arguments(output.compression));
    case 'vhd': return writeVhd(host, request);
    case 'vhdx': return writeVhdx(host, request);
  }
}

/** Options of a qcow2 file. Never `-W`: the order of its clusters would depend on which thread is faster. Pure. */
export const qcow2Arguments = (compression: 'zstd' | 'zlib' | 'none'): string[] => [
  '-O', 'qcow2',
  ...(compression === 'none' ? [] : ['-c']),
  '-o', `compat=1.1,compression_type=${compression === 'zstd' ? 'zstd' : 'zlib'}`,
];

/** `force_size` keeps qemu-img from rounding the size to a geometry of cylinders, which Azure refuses. Pure. */
export const vhdArguments = (): string[] => ['-O', 'vpc', '-o', 'subformat=fixed,force_size=on'];

async function convert(host: Host, { disk }: ConvertRequest, file: string, format: readonly string[]): Promise<string> {
  await host.run({
    tool: 'qemu-img',
    args: ['convert', '-f', 'raw', ...format, disk, file],
    view: { read: [disk], write: [posix.dirname(file)] },
  });
  return file;
}

const COMPRESSORS = {
  zstd: { tool: 'zstd', args: ['--quiet', '--threads=0', '--stdout'], ending: '.zst' },
  gzip: { tool: 'igzip', args: ['--stdout', '--no-name'], ending: '.gz' },
  xz: { tool: 'xz', args: ['--threads=0', '--stdout'], ending: '.xz' },
} as const;

async function writeRaw(host: Host, compression: keyof typeof COMPRESSORS | 'none', request: ConvertRequest): Promise<string> {
  const file = `${request.target}.raw`;
  if (compression === 'none') return convert(host, request, file, ['-O', 'raw']);
  const { tool, args, ending } = COMPRESSORS[compression];
  await host.piped(
    { tool, args: [...args, request.disk], view: { read: [request.disk] } },
    (stdout) => host.fs.writeStream(`${file}${ending}`, stdout),
  );
  return `${file}${ending}`;
}

async function writeVhd(host: Host, request: ConvertRequest): Promise<string> {
  const file = await convert(host, request, `${request.target}.vhd`, vhdArguments());
  const offset = request.size;
  const source = host.fs.openBytes(file);
  const footer = source.read(offset, VHD_FOOTER_SIZE);
  source.close();
  await host.fs.patch(file, offset, stampVhdFooter(footer, deriveUuid(request.seed, 'vhd'), request.epoch));
  return file;
}

/**
 * hew makes the file with a place for every block that has data, and qemu-img fills it: filling an empty one it would
 * write its log and its block table once a block, which takes as long as the data. What qemu-img changes in the
 * headers (random identifiers) is set back.
 */
async function writeVhdx(host: Host, request: ConvertRequest): Promise<string> {
  const { disk, size, seed, target } = request;
  const file = `${target}.vhdx`;
  const { stdout } = await host.run({ tool: 'qemu-img', args: ['map', '-f', 'raw', '--output=json', disk], view: { read: [disk] } });
  const ids = {
    diskId: deriveUuid(seed, 'vhdx disk'),
    fileWriteGuid: deriveUuid(seed, 'vhdx file write'),
    dataWriteGuid: deriveUuid(seed, 'vhdx data write'),
  };
  const skeleton = vhdxSkeleton({ size, blocks: blocksWithData(stdout, VHDX_BLOCK_SIZE), ...ids });
  await host.fs.makeSparse(file, skeleton.fileSize);
  for (const { offset, bytes } of skeleton.pieces) await host.fs.patch(file, offset, bytes);
  await convert(host, request, file, ['-n', '--target-is-zero', '-O', 'vhdx']);
  for (const { offset, bytes } of vhdxHeaders(ids)) await host.fs.patch(file, offset, bytes);
  return file;
}

/** Numbers of the blocks in which `qemu-img map --output=json` finds data, ascending. Pure. */
export function blocksWithData(map: string, blockSize: number): readonly number[] {
  const extents = JSON.parse(map) as readonly { readonly start: number; readonly length: number; readonly zero: boolean }[];
  const blocks = new Set<number>();
  for (const { start, length, zero } of extents) {
    if (zero || length === 0) continue;
    const last = Math.floor((start + length - 1) / blockSize);
    for (let block = Math.floor(start / blockSize); block <= last; block += 1) blocks.add(block);
  }
  return [...blocks].sort((a, b) => a - b);
}
