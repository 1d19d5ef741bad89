import { z } from 'zod';
import { ARCHITECTURES, repositoryLevels } from '../../isa/rows.ts';
import { fingerprint, reason, text } from '../../schema-words.ts';

const urls = (): z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodString>]> => z.union([text(), z.array(text()).min(1)]);

/** One repository, in a definition or in a distribution. URLs may hold `$releasever`, `$basearch` and `$arch`. */
export const repositorySchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, 'must be letters, digits and `_.:-`')
    .describe('Names the repository in plans, locks and messages; merged by this name.'),
  name: text().optional().describe('For people.'),
  baseurl: urls().optional().describe('Where `repodata/` lies: http, https or file URL, or several of one content.'),
  metalink: text().optional().describe('URL of a metalink file.'),
  mirrorlist: text().optional().describe('URL of a list of mirrors.'),
  gpgkey: z.array(text()).optional()
    .describe('Public keys: https URL, absolute path, `$cachedir/…`, or a path relative to this file.'),
  fingerprints: z.array(fingerprint()).optional()
    .describe('The only key fingerprints trusted from `gpgkey`; whatever else is in those files is not used.'),
  gpgcheck: z.boolean().default(true).describe('Check the signature of each package. `false` needs `reason`.'),
  repo_gpgcheck: z.boolean().default(true).describe('Check the signature of the metadata. `false` needs `reason`.'),
  reason: reason().optional().describe('Why a check is off: printed at every build and kept in the evidence.'),
  level: z.enum(repositoryLevels).optional()
    .describe('Offered only where the target level is this or higher; the baseline of the distribution when left out.'),
  enabled: z.boolean().optional().describe('false: only used where a definition names it in `enable-repositories`.'),
  channels: z.array(text()).min(1).optional().describe('Channels that it belongs to; all of them when left out.'),
  arches: z.array(z.enum(ARCHITECTURES)).min(1).optional().describe('Architectures that it has packages for; all of the distribution when left out.'),
  'snapshot-baseurl': text().optional().describe('Where its old states lie, `$snapshot` being the one that is asked for.'),
  'snapshot-mirrorlist': text().optional().describe('The same as the URL of a list of mirrors.'),
  sslcacert: text().optional().describe('Certificates that its server is checked against: a file of this machine.'),
  sslclientcert: text().optional().describe('Client certificate, such as an entitlement: a file of this machine, `*` in its name. It stays on this machine.'),
  sslclientkey: text().optional().describe('Key of the client certificate, likewise.'),
  cost: z.int().min(0).default(1000).describe('Between equal packages the lower cost is taken.'),
  includepkgs: z.array(text()).optional().describe('Only these packages are seen (globs).'),
  excludepkgs: z.array(text()).optional().describe('These packages are never seen (globs).'),
});

export type RepositorySettings = z.output<typeof repositorySchema>;
