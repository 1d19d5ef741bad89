import { posix } from 'node:path';

import { machineFull } from '../disk/index.ts';
import type { Host } from '../host/port.ts';
import type { DiskOutput } from './rows.ts';
import type { ConvertRequest, DiskWriter } from './writer.ts';
import { DISK_WRITERS } from './writers.ts';

/** The writer of disks in the format of an output. */
export const diskWriter = (output: DiskOutput): DiskWriter<DiskOutput> => DISK_WRITERS[output.format];

/**
 * Writes a disk in a format and returns the path of the file. Equal disks, seeds and epochs give equal bytes. Throws
 * `HewError` when there is no space for it.
 */
export async function convertDisk(host: Host, output: DiskOutput, request: ConvertRequest): Promise<string> {
  try {
    return await diskWriter(output).convert(host, output, request);
  } catch (error) {
    throw (await machineFull(host, posix.dirname(request.target), error)) ?? error;
  }
}
