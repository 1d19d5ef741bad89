import { z } from 'zod';
import { bootSchema, diskSchema, limitsSchema } from './disk.ts';
import { outputSchema } from '../../formats/rows.ts';
import { hardwareSchema, overrideSchema, packagesSchema } from './packages.ts';
import { repositorySchema } from './repository.ts';
import { fileSchema, scriptSchema, systemSchema } from './system.ts';
import { imageName, imageVersion, inputPath, reason, text } from '../../schema-words.ts';

/** Image definitions and profiles have the same keys. Rules check that an image has what it needs. */
export const definitionSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema; ignored.'),
  name: imageName().optional().describe('Name of the image; part of every artifact’s file name.'),
  version: imageVersion().optional().describe('Version of the image; the tag of a container.'),
  summary: text().optional().describe('What it is, in one line.'),
  description: text().optional().describe('More than one line.'),
  licenses: text().optional().describe('SPDX expression for the image as a whole.'),
  url: text().optional().describe('URL with more information.'),
  vendor: text().optional().describe('Vendor of the image.'),
  extends: z.array(text()).default([])
    .describe('Profiles by name, or paths relative to this file; merged in order, then this file.'),
  distro: text().optional().describe('Distribution by name, or path to its file relative to this one.'),
  channel: text().optional().describe('Channel of the distribution: `preview`, `beta` …'),
  'enable-repositories': z.array(text()).default([])
    .describe('Repositories that the distribution has and does not use by itself, by id.'),
  snapshot: text().optional()
    .describe('An old state of the distribution: a day such as `2026-10-01`, or the name of a compose or version.'),
  kickstart: inputPath().optional().describe('A kickstart file applied as if its commands stood here.'),
  'kickstart-includes': z.record(text(), inputPath()).default({})
    .describe('Substitutes for files that the kickstart includes and that do not exist: name to path.'),
  'kickstart-network': reason().optional()
    .describe('The reason for which %post scripts of the kickstart may reach the network; listed with the deviations.'),
  'kickstart-plain-partitions': reason().optional()
    .describe('The reason for which LVM volumes of the kickstart become partitions of their sizes; listed with the deviations.'),
  hardware: hardwareSchema.prefault({}).describe('The machine that the image is for.'),
  repositories: z.array(repositorySchema).default([]).describe('Further repositories besides those of the distribution.'),
  packages: packagesSchema.prefault({}).describe('What is installed.'),
  overrides: z.array(overrideSchema).default([])
    .describe('Every departure from what an extended profile says, with its reason.'),
  system: systemSchema.prefault({}).describe('Configuration inside the image.'),
  files: z.array(fileSchema).default([]).describe('Files written into the image.'),
  scripts: z.array(scriptSchema).default([]).describe('Scripts run after installation, sandboxed, without network.'),
  boot: bootSchema.optional().describe('How it starts; disk formats only.'),
  disk: diskSchema.optional().describe('Its disk; disk formats only.'),
  limits: limitsSchema.optional().describe('Budgets that fail the build when exceeded.'),
  outputs: z.array(outputSchema).default([]).describe('What is made.'),
});
