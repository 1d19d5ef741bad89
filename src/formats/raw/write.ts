import { compressCommand, COMPRESSORS } from '../../compressors.ts';
import type { Host } from '../../host/port.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';

type RawOutput = OutputOf<'raw'>;

async function writeRaw(host: Host, { compression }: RawOutput, request: ConvertRequest): Promise<string> {
  const file = `${request.target}.raw`;
  if (compression === 'none') return convertByQemu(host, request, file, ['-O', 'raw']);
  const compressed = `${file}.${COMPRESSORS[compression].ending}`;
  await host.piped(
    { ...compressCommand(compression, request.disk), view: { read: [request.disk] } },
    (stdout) => host.fs.writeStream(compressed, stdout),
  );
  return compressed;
}

/** A raw disk keeps its holes unless it is compressed. */
const writer: DiskWriter<RawOutput> = {
  convert: writeRaw,
  keepsBytes: ({ compression }) => compression === 'none',
};

export default writer;
