import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { tarTools } from '../tools.ts';

/** The name that Compute Engine looks for: https://cloud.google.com/compute/docs/import/import-existing-image#create_image_file */
export const GCE_DISK = 'disk.raw';

export const gce = {
  id: 'gce',
  label: 'GCE',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('gce').describe('`disk.raw` in a `.tar.gz`, as Google Compute Engine imports it.'),
    compression: z.enum(['gzip']).default('gzip').describe('Compression: Compute Engine takes gzip.'),
    ...commonKeys,
  }),
  platforms: ['gcp'],
  tools: tarTools,
  disk: { endings: [], member: GCE_DISK, sizeUnit: 2 ** 30 },
} as const satisfies FormatRow;
