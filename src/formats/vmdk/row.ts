import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { openVmdkDisk } from './open.ts';

export const vmdk = {
  id: 'vmdk',
  label: 'VMDK',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('vmdk').describe('Stream-optimised VMDK, as vSphere and AWS import it.'),
    compression: z.enum(['zlib']).default('zlib').describe('A stream-optimised VMDK is always compressed by zlib.'),
    ...commonKeys,
  }),
  // vSphere and AWS both take it: `verify` says which is meant.
  platforms: ['qemu'],
  tools: () => ['qemu-img'],
  disk: { endings: ['vmdk'], driver: 'vmdk', biosBus: 'ide', signature: 'start', open: openVmdkDisk },
} as const satisfies FormatRow;
