import { z } from 'zod';
import { environmentEntry, pathInImage, text } from '../../schema-words.ts';
import { commonKeys, compressionLevel } from '../keys.ts';
import type { FormatRow } from '../row.ts';
import { tarTools } from '../tools.ts';
import { ociRules } from './rules.ts';

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
const config = z.strictObject({
  cmd: z.array(z.string()).optional().describe('Default command or arguments.'),
  entrypoint: z.array(z.string()).optional().describe('Program that always runs.'),
  env: z.array(environmentEntry()).optional().describe('Environment, NAME=value.'),
  user: text().optional().describe('User that runs it: `name`, `uid`, `user:group`. root when left out.'),
  workdir: pathInImage().optional().describe('Working folder.'),
  labels: z.record(text(), z.string()).optional().describe('Labels.'),
  ports: z.array(z.string().regex(/^\d{1,5}(?:\/(?:tcp|udp))?$/, 'must be PORT or PORT/PROTOCOL')).optional()
    .describe('Ports that it listens on.'),
  volumes: z.array(pathInImage()).optional().describe('Folders that hold data.'),
  'stop-signal': z.string().regex(/^SIG[A-Z0-9+-]+$/, 'must be a signal such as `SIGTERM`').optional()
    .describe('Signal that ends it.'),
});

export const oci = {
  id: 'oci',
  label: 'OCI layout or archive',
  kind: 'container',
  schema: z.strictObject({
    format: z.literal('oci').describe('OCI image layout.'),
    compression: z.enum(['zstd', 'gzip', 'none']).default('zstd').describe('Compression of the layers.'),
    'compression-level': compressionLevel,
    config: config.prefault({}).describe('OCI image configuration.'),
    annotations: z.record(text(), z.string()).default({}).describe('Further annotations besides those of hew.'),
    tag: text().optional().describe('Tag in the index; the version when left out.'),
    archive: z.boolean().default(true).describe('Also write the layout as one `.tar`.'),
    ...commonKeys,
  }),
  platforms: ['oci'],
  tools: tarTools,
  artifacts: ['oci', 'oci-archive'],
  index: 'index.json',
  sharesLayers: true,
  rules: ociRules,
} as const satisfies FormatRow;
