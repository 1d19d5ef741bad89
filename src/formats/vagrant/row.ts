import { z } from 'zod';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { tarTools } from '../tools.ts';

/** The names that vagrant-libvirt looks for: https://github.com/vagrant-libvirt/vagrant-libvirt/blob/main/example_box/README.md */
export const BOX_DISK = 'box.img';

export const vagrant = {
  id: 'vagrant',
  label: 'Vagrant',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('vagrant').describe('A Vagrant box for libvirt. Vagrant logs in as the user `vagrant`, which the definition must have.'),
    compression: z.enum(['gzip']).default('gzip').describe('Compression of the box.'),
    ...commonKeys,
  }),
  platforms: ['qemu'],
  tools: (compression) => [...tarTools(compression), 'qemu-img'],
  disk: { endings: [], member: BOX_DISK },
} as const satisfies FormatRow;
