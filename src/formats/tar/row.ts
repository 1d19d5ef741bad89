import { z } from 'zod';
import { commonKeys, compressionLevel } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { tarTools } from '../tools.ts';

export const tar = {
  id: 'tar',
  label: 'tar',
  kind: 'root',
  schema: z.strictObject({
    format: z.literal('tar').describe('The root as one tar file.'),
    compression: z.enum(['zstd', 'gzip', 'xz', 'none']).default('zstd').describe('Compression.'),
    'compression-level': compressionLevel,
    ...commonKeys,
  }),
  platforms: [],
  tools: tarTools,
} as const satisfies FormatRow;
