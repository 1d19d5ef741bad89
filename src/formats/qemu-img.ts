import { posix } from 'node:path';

import type { Host } from '../host/port.ts';
import type { ConvertRequest } from './writer.ts';

/** Converts the raw disk into a file; `format` are the options of qemu-img(1) for the result. Returns the path of the file. */
export async function convertByQemu(host: Host, { disk }: Pick<ConvertRequest, 'disk'>, file: string, format: readonly string[]): Promise<string> {
  await host.run({
    tool: 'qemu-img',
    args: ['convert', '-f', 'raw', ...format, disk, file],
    view: { read: [disk], write: [posix.dirname(file)] },
  });
  return file;
}
