import { z } from 'zod';
import { byteSize, text } from '../../schema-words.ts';
import { commonKeys } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { openVhdxDisk } from './open.ts';

export const vhdx = {
  id: 'vhdx',
  label: 'VHDX',
  kind: 'disk',
  schema: z.strictObject({
    format: z.literal('vhdx').describe('Dynamic VHDX for Hyper-V.'),
    compression: z.enum(['none']).default('none').describe('A VHDX is never compressed.'),
    memory: byteSize().default('2GiB').describe('Memory of the virtual machine in the script beside it.'),
    processors: z.int().min(1).max(2048).default(2).describe('Processors in that script.'),
    switch: text().default('Default Switch').describe('Virtual switch in that script.'),
    'secure-boot-template': z.enum(['MicrosoftUEFICertificateAuthority', 'MicrosoftWindows', 'OpenSourceShieldedVM', 'off'])
      .default('MicrosoftUEFICertificateAuthority')
        .describe('Secure Boot template in that script; `off` turns Secure Boot off, as it is where what the machine starts is not signed.'),
    ...commonKeys,
  }),
  platforms: ['hyperv'],
  tools: () => ['qemu-img'],
  artifacts: ['vhdx', 'hyperv-script'],
  // Machines of generation 1 start from an IDE disk.
  disk: { endings: ['vhdx'], driver: 'vhdx', script: 'ps1', biosBus: 'ide', signature: 'start', open: openVhdxDisk },
} as const satisfies FormatRow;
