import { z } from 'zod';
import { ARCHITECTURES, requestedLevels } from '../../isa/rows.ts';
import { inputPath, reason, text } from '../../schema-words.ts';

export const hardwareSchema = z.strictObject({
  arch: z.union([z.enum(ARCHITECTURES), z.array(z.enum(ARCHITECTURES)).min(1)]).optional()
    .describe('CPU architecture of the target, or several: one lock holds them all, and each machine builds its own. The builder’s own when left out.'),
  level: z.union([z.enum(requestedLevels), z.array(z.enum(requestedLevels)).min(1)]).default('baseline')
    .describe('x86-64 microarchitecture level of the target, or several to build each of them.'),
  'missing-level': z.enum(['fail', 'baseline']).default('fail')
    .describe('What to do when a repository of the level is missing or down: fail, or fall back to baseline packages.'),
});

const moduleStream = z.string().regex(/^[\w.+-]+:[\w.+-]+(?:\/[\w.+-]+)?$/, 'must be NAME:STREAM or NAME:STREAM/PROFILE');

export const packagesSchema = z.strictObject({
  install: z.array(text()).default([])
    
      .describe('Package names, provides, globs, `@group` or `@^environment`. A name in the distribution’s `[package-names]` is translated.'),
  exclude: z.array(text()).default([]).describe('Packages that must not come in, not even as a dependency (globs); `@group` keeps a group out of an environment.'),
  local: z.array(inputPath()).default([])
    .describe('RPM files beside the definition; their signatures are checked too.'),
  'local-keys': z.array(inputPath()).default([])
    .describe('Public keys beside the definition that `local` may be signed with; those of all repositories when left out.'),
  modules: z.array(moduleStream).default([]).describe('Module streams to enable: NAME:STREAM or NAME:STREAM/PROFILE.'),
  'remove-after-install': z.array(text()).default([])
    
      .describe('Packages (globs) removed after every scriptlet has run, whatever depends on them: for images without shell and package manager. Names that are not installed are ignored.'),
  database: z.enum(['rpmdb', 'scanner-manifest', 'both', 'none']).default('rpmdb')
    
      .describe('How scanners find the packages: the RPM database; the manifest of distroless images in /var/lib/rpmmanifest; both; or nothing.'),
  'weak-deps': z.boolean().default(false).describe('Whether Recommends and Supplements are followed.'),
  docs: z.boolean().default(false).describe('Whether files that packages mark as documentation are installed.'),
  languages: z.array(text()).default(['C.utf8'])
    .describe('Locales whose translations are installed: `C.utf8`, `en_US` …; `all` for every one.'),
  multilib: z.boolean().default(false).describe('Whether packages of a second, 32-bit architecture may come in.'),
  'ignore-missing': z.boolean().default(false).describe('Go on when a requested package does not exist.'),
});

/** A deviation from an extended profile, with its reason. */
export const overrideSchema = z.strictObject({
  remove: z.array(text()).optional()
    
      .describe('What to remove of a profile: a package, service, file path, user … `service:sshd` names the kind where a word is ambiguous.'),
  replace: z.array(text()).optional()
    .describe('Keys whose value a profile set and this file sets differently, such as `system.hostname`.'),
  reason: reason().describe('Why. Listed by `hew show IMAGE --deviations` and kept in the evidence.'),
});
