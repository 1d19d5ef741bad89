import { deriveUuid } from '../../disk/index.ts';
import type { Host } from '../../host/port.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';
import { hypervScript } from './hyperv-script.ts';
import { vhdx } from './row.ts';
import { VHDX_BLOCK_SIZE, vhdxHeaders, vhdxSkeleton } from './skeleton.ts';

type VhdxOutput = OutputOf<'vhdx'>;

/**
 * hew makes the file with a place for every block that has data, and qemu-img fills it: into an empty one qemu-img
 * writes log and block table once per block, which takes as long as the data. Random identifiers that qemu-img puts
 * into the headers are set back.
 */
async function writeVhdx(host: Host, _output: VhdxOutput, request: ConvertRequest): Promise<string> {
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
  await convertByQemu(host, request, file, ['-n', '--target-is-zero', '-O', 'vhdx']);
  for (const { offset, bytes } of vhdxHeaders(ids)) await host.fs.patch(file, offset, bytes);
  return file;
}

/** A dynamic VHDX, and beside it the script that makes a Hyper-V machine from it. */
const writer: DiskWriter<VhdxOutput> = {
  convert: writeVhdx,
  beside: ({ plan, output, target: { level }, disk, secureBootFaults }) => {
    const firmware = plan.boot?.firmware ?? 'uefi';
    const content = hypervScript({ image: plan.image.name, vhdx: disk, output, firmware, level, secureBootFaults });
    return [{ format: 'hyperv-script', ending: vhdx.disk.script, content }];
  },
};

/** Numbers of the blocks in which `qemu-img map --output=json` finds data, ascending. */
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

export default writer;
