import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { openQcow2Disk } from './open.ts';

export const qcow2 = {
  id: 'qcow2',
  label: 'qcow2',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('qcow2').describe('Disk for QEMU.'),
    compression: z.enum(['zstd', 'zlib', 'none']).default('none').describe('Compression of clusters.'),
    ...commonKeys,
  }),
  platforms: ['qemu'],
  tools: () => ['qemu-img'],
  disk: { endings: ['qcow2'], driver: 'qcow2', signature: 'start', open: openQcow2Disk },
} as const satisfies FormatRow;
