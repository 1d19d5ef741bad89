import { posix } from 'node:path';

import { packFiles } from '../archive.ts';
import type { OutputOf } from '../rows.ts';
import type { DiskWriter } from '../writer.ts';
import { GCE_DISK } from './row.ts';

/**
 * The raw disk in a tar of GNU's old format, with its holes:
 * https://cloud.google.com/compute/docs/import/import-existing-image#create_image_file
 */
const writer: DiskWriter<OutputOf<'gce'>> = {
  convert: async (host, _output, { disk, epoch, target }) => {
    const file = `${target}.tar.gz`;
    await packFiles(host, { folder: posix.dirname(disk), names: [posix.basename(disk)], rename: GCE_DISK, format: 'oldgnu', epoch }, file);
    return file;
  },
};

export default writer;
