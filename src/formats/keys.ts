import { z } from 'zod';
import { COMPRESSORS } from '../compressors.ts';
import { PLATFORMS } from '../platforms/rows.ts';
import { imageName, reason } from '../schema-words.ts';

/** Keys that outputs of every format have. */
export const commonKeys = {
  'file-name': imageName().optional().describe('Name of the artifact without suffix; NAME-VERSION when left out.'),
  verify: z.array(z.enum(PLATFORMS)).optional()
    .describe('Platforms whose rules the build checks; the format’s own when left out.'),
  accept: z.array(z.strictObject({
    rule: z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'must be the id of a rule, as `hew verify` prints it').describe('Id of the rule.'),
    reason: reason().describe('Why the image may break it.'),
  })).default([]).describe('Rules that may be broken without failing the build.'),
};

const LEVELS = Object.entries(COMPRESSORS).map(([name, { levels }]) => ({ name, ...levels }));

/** Key of formats whose compressor takes a level; the rule `compression-level` knows which levels each has. */
export const compressionLevel = z.int()
  .min(Math.min(...LEVELS.map(({ lowest }) => lowest)))
  .max(Math.max(...LEVELS.map(({ highest }) => highest)))
  .optional()
  .describe(`Compression level: ${LEVELS.map(({ name, lowest, highest }) => `${name} ${lowest} to ${highest}`).join(', ')}.`);
