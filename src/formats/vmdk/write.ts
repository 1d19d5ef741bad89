import { deriveU32 } from '../../disk/index.ts';
import type { Host } from '../../host/port.ts';
import { SECTOR } from '../../readers/image/vmdk.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';

/** The descriptor follows the header, and qemu-img gives it so much room. */
const DESCRIPTOR = { offset: SECTOR, length: 20 * SECTOR } as const;

/** qemu-img writes the disk; then its random content id is set. */
async function writeVmdk(host: Host, _output: OutputOf<'vmdk'>, request: ConvertRequest): Promise<string> {
  const file = await convertByQemu(host, request, `${request.target}.vmdk`, vmdkArguments());
  const source = host.fs.openBytes(file);
  const descriptor = Buffer.from(source.read(DESCRIPTOR.offset, DESCRIPTOR.length)).toString('latin1');
  source.close();
  const stamped = stampDescriptor(descriptor, deriveU32(request.seed, 'vmdk content id'));
  await host.fs.patch(file, DESCRIPTOR.offset, Buffer.from(stamped, 'latin1'));
  return file;
}

const writer: DiskWriter<OutputOf<'vmdk'>> = { convert: writeVmdk };

/** ESXi has no IDE controller to spare for it: LSI Logic is what it gives Linux. Never `-W`, which changes the order. */
export const vmdkArguments = (): string[] => ['-O', 'vmdk', '-o', 'subformat=streamOptimized,adapter_type=lsilogic'];

/**
 * The same descriptor, as long as before, with a given content id. qemu-img writes its own without leading zeros, so
 * one in sixteen is shorter than eight digits. VMware's Virtual Disk Format 5.0, "The Header": `ffffffff` stands for
 * no parent, so no disk may have it.
 */
export const stampDescriptor = (descriptor: string, id: number): string =>
  descriptor.replace(/^CID=[0-9a-f]{1,8}$/m, `CID=${(id === 0xffff_ffff ? 1 : id).toString(16).padStart(8, '0')}`)
    .padEnd(descriptor.length, '\0').slice(0, descriptor.length);

export default writer;
