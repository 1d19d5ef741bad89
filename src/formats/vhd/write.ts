import { deriveUuid } from '../../disk/index.ts';
import type { Host } from '../../host/port.ts';
import { VHD_FOOTER_SIZE } from '../../readers/image/vhd.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';
import { stampVhdFooter } from './stamp-footer.ts';

/** qemu-img writes the disk and a footer; then the random fields of the footer are set. */
async function writeVhd(host: Host, _output: OutputOf<'vhd'>, request: ConvertRequest): Promise<string> {
  const file = await convertByQemu(host, request, `${request.target}.vhd`, vhdArguments());
  const offset = request.size;
  const source = host.fs.openBytes(file);
  const footer = source.read(offset, VHD_FOOTER_SIZE);
  source.close();
  await host.fs.patch(file, offset, stampVhdFooter(footer, deriveUuid(request.seed, 'vhd'), request.epoch));
  return file;
}

const writer: DiskWriter<OutputOf<'vhd'>> = { convert: writeVhd };

/** `force_size` keeps qemu-img from rounding the size to a geometry of cylinders, which Azure refuses. */
export const vhdArguments = (): string[] => ['-O', 'vpc', '-o', 'subformat=fixed,force_size=on'];

export default writer;
