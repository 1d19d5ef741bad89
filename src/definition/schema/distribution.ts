import { z } from 'zod';
import { repositorySchema } from './repository.ts';
import { ARCHITECTURES, repositoryLevels } from '../../isa/rows.ts';
import { LEVEL_MODELS, pathInImage, text } from '../../schema-words.ts';

export const distributionSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the JSON Schema; ignored.'),
  id: z.string().regex(/^[a-z0-9._-]+$/, 'must be as ID in os-release(5)')
    .describe('ID as in /etc/os-release; the namespace of purls.'),
  name: text().describe('For people.'),
  releasever: text().describe('Value of $releasever.'),
  arches: z.array(z.enum(ARCHITECTURES)).min(1).default([...ARCHITECTURES])
    .describe('Architectures that it exists for.'),
  baseline: z.enum(['v1', 'v2', 'v3']).default('v1')
    .describe('The x86-64 level that its plain x86_64 packages need: what `level = "baseline"` means, and the lowest level that it has.'),
  'level-model': z.enum(LEVEL_MODELS).optional().describe(
    'How it ships higher levels: `repositories` of their own whose packages say x86_64 (the default); `labelled`: one repository, packages '
    + 'labelled x86_64_v3; `basearch`: x86_64_v2 is the base architecture, in URLs and labels; `hwcaps`: sub-packages with libraries below glibc-hwcaps.'),
  'package-arch-labels': z.boolean().default(false).describe('true: the same as `level-model = "labelled"`.'),
  hwcaps: z.strictObject({
    package: z.string().regex(/\$name/, 'must hold `$name`').describe('Name of the sub-package of a package: `$name-x86-64-$level`.'),
    pattern: text().optional().describe('Package that has later upgrades bring such sub-packages along, where `$level` stands for the level.'),
  }).optional().describe('What `level-model = "hwcaps"` calls its packages.'),
  channel: text().optional().describe('The channel that is taken unless a definition says another: `prod`, `preview` …'),
  snapshots: z.strictObject({
    pattern: text().describe('Regular expression that a whole name of a state matches.'),
    example: text().describe('Such a name, for messages.'),
    'from-date': text().optional().describe('The name of the state of a day, `$date` being YYYYMMDD. Without it a date names none.'),
  }).optional().describe('Old states that it keeps.'),
  snapshot: text().optional().describe('The old state that is taken unless a definition says another.'),
  'end-of-life': z.iso.date().optional().describe('Last day of its updates, where that is known.'),
  'other-levels': z.partialRecord(z.enum(repositoryLevels), text()).default({})
    .describe('Levels that another distribution file has packages for, with the name of that file.'),
  'package-names': z.record(text(), z.union([text(), z.partialRecord(z.enum(ARCHITECTURES), text())])).default({})
    .describe('What this distribution calls the few packages whose names differ: name in images to name here, or to a name for each architecture.'),
  dbpath: pathInImage().default('/usr/lib/sysimage/rpm').describe('Where its rpm keeps the database (`%_dbpath`).'),
  'package-manager': z.enum(['dnf5', 'dnf', 'tdnf', 'microdnf']).default('dnf5')
    .describe('What its images manage packages with when they run.'),
  vars: z.record(z.string().regex(/^[a-z0-9_]+$/, 'must be a dnf variable’s name'), z.string()).default({})
    .describe('Further dnf variables that its URLs use.'),
  repositories: z.array(repositorySchema).min(1).describe('Its repositories.'),
});
