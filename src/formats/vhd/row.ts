import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { openVhdDisk, vhdPartDriver } from './open.ts';

export const vhd = {
  id: 'vhd',
  label: 'VHD',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('vhd').describe('Fixed VHD, as Azure takes it.'),
    compression: z.enum(['none']).default('none').describe('A fixed VHD is never compressed.'),
    ...commonKeys,
  }),
  platforms: ['azure'],
  tools: () => ['qemu-img'],
  // Machines of generation 1 start from an IDE disk.
  disk: { endings: ['vhd'], driver: 'vpc', partDriver: vhdPartDriver, biosBus: 'ide', signature: 'end', open: openVhdDisk },
} as const satisfies FormatRow;
