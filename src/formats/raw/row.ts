import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { COMPRESSOR_TOOLS } from '../tools.ts';

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
  tools: (compression) => COMPRESSOR_TOOLS[compression] ?? ['qemu-img'],
  disk: { endings: ['raw', 'img'], driver: 'raw' },
} as const satisfies FormatRow;
