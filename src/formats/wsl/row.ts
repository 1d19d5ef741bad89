import { z } from 'zod';
import { inputPath, text, userName } from '../../schema-words.ts';
import { commonKeys, compressionLevel } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { tarTools } from '../tools.ts';
import { wslRootFiles } from './root-files.ts';

export const wsl = {
  id: 'wsl',
  label: '.wsl',
  kind: 'container',
  schema: z.strictObject({
    format: z.literal('wsl').describe('A `.wsl` file for `wsl --install --from-file`.'),
    compression: z.enum(['gzip']).default('gzip').describe('Compression: WSL takes gzip.'),
    'compression-level': compressionLevel,
    'default-name': text().optional().describe('Name under which it registers; the image’s name when left out.'),
    'default-user': userName().optional().describe('User of a session.'),
    icon: inputPath().optional().describe('An `.ico` file beside the definition; hew’s own when left out.'),
    systemd: z.boolean().default(true).describe('Whether systemd runs as PID 1.'),
    ...commonKeys,
  }),
  platforms: ['wsl'],
  tools: tarTools,
  inputs: ['icon'],
  rootFiles: wslRootFiles,
} as const satisfies FormatRow;
