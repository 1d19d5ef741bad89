import { posix } from 'node:path';

import { machineFull } from '../disk/index.ts';
import type { Host } from '../host/port.ts';
import { loadDiskWriter } from './load-writer.ts';
import type { DiskOutput } from './rows.ts';
import type { ConvertRequest } from './writer.ts';

/**
 * Writes a disk in a format and returns the path of the file. Equal disks, seeds and epochs give equal bytes. Throws
 * `HewError` when there is no space for it.
 */
export async function convertDisk(host: Host, output: DiskOutput, request: ConvertRequest): Promise<string> {
  const writer = await loadDiskWriter(output);
  try {
    return await writer.convert(host, output, request);
  } catch (error) {
    throw (await machineFull(host, posix.dirname(request.target), error)) ?? error;
  }
}
