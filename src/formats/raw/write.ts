import type { Host } from '../../host/port.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';

type RawOutput = OutputOf<'raw'>;

const COMPRESSORS = {
  zstd: { tool: 'zstd', args: ['--quiet', '--threads=0', '--stdout'], ending: '.zst' },
  gzip: { tool: 'igzip', args: ['--stdout', '--no-name'], ending: '.gz' },
  xz: { tool: 'xz', args: ['--threads=0', '--stdout'], ending: '.xz' },
} as const;

async function writeRaw(host: Host, { compression }: RawOutput, request: ConvertRequest): Promise<string> {
  const file = `${request.target}.raw`;
  if (compression === 'none') return convertByQemu(host, request, file, ['-O', 'raw']);
  const { tool, args, ending } = COMPRESSORS[compression];
  await host.piped(
    { tool, args: [...args, request.disk], view: { read: [request.disk] } },
    (stdout) => host.fs.writeStream(`${file}${ending}`, stdout),
  );
  return `${file}${ending}`;
}

/** A raw disk keeps its holes unless it is compressed. */
export const rawWriter: DiskWriter<RawOutput> = {
  convert: writeRaw,
  keepsBytes: ({ compression }) => compression === 'none',
};
