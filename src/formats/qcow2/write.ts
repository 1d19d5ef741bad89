import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { DiskWriter } from '../writer.ts';

type Qcow2Output = OutputOf<'qcow2'>;

const writer: DiskWriter<Qcow2Output> = {
  convert: (host, { compression }, request) =>
    convertByQemu(host, request, `${request.target}.qcow2`, qcow2Arguments(compression)),
};

/** Options of a qcow2 file. Never `-W`: the order of its clusters would depend on which thread is faster. */
export const qcow2Arguments = (compression: Qcow2Output['compression']): string[] => [
  '-O', 'qcow2',
  ...(compression === 'none' ? [] : ['-c']),
  '-o', `compat=1.1,compression_type=${compression === 'zstd' ? 'zstd' : 'zlib'}`,
];

export default writer;
