import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { compressorTools } from '../tools.ts';

export const raw = {
  id: 'raw',
  label: 'raw',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('raw').describe('A sparse disk image.'),
    compression: z.enum(['zstd', 'gzip', 'xz', 'none']).default('none').describe('Compression of the whole file.'),
    ...commonKeys,
  }),
  platforms: ['qemu'],
  tools: (compression) => (compression === 'none' ? ['qemu-img'] : compressorTools(compression)),
  disk: { endings: ['raw', 'img'], driver: 'raw', compressesWhole: true },
} as const satisfies FormatRow;
