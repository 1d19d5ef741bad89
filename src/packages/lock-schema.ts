import { z } from 'zod';
import { ARCHITECTURES, levels } from '../isa/rows.ts';

const text = z.string().min(1);
const texts = z.array(text);
const record = <T extends z.ZodType>(value: T): z.ZodRecord<z.ZodString, T> => z.record(text, value);

/** A package name, version or architecture: nothing that could leave a file name or an argument. */
const word = z.string().regex(/^[^\s/\p{Cc}-][^\s/\p{Cc}]*$/u, 'must be a name without spaces and slashes');

const targetName = z.string().regex(new RegExp(`^(?:${ARCHITECTURES.join('|')})-(?:${levels.join('|')})$`), 'must be like `x86_64-v3`');

const fingerprint = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a fingerprint of 40 or 64 hexadecimal digits');

/** Armored public keys, or nothing. */
const keyText = z.string().regex(/^(?:|-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*)$/, 'must be armored public keys');

const repository = z.strictObject({
  id: word,
  baseurl: text.optional(),
  metalink: text.optional(),
  mirrorlist: text.optional(),
  hew: z.strictObject({ mirrors: texts.optional(), includepkgs: texts.optional(), excludepkgs: texts.optional(), keys: z.array(fingerprint).min(1).optional(), 'key-text': z.array(keyText).optional() }).optional(),
});

const packageEntry = z.strictObject({
  name: word,
  repo_id: word,
  location: z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'must be a path inside the repository').optional(),
  checksum: z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, 'must be `sha256:` and 64 hexadecimal digits, or `sha512:` and 128'),
  size: z.int().min(1),
  evr: word.regex(/^(?:[1-9]\d*:)?[^-:]+-[^-:]+$/, 'must be `[EPOCH:]VERSION-RELEASE`, the epoch only where it is not 0'),
  srpm: word.regex(/^.+-[^-]+-[^-]+\.[^.-]+$/, 'must be `NAME-VERSION-RELEASE.src`').optional(),
  parent_archs: z.array(word).optional(),
  hew: z.strictObject({
    reason: z.enum(['asked', 'dependency', 'weak dependency', 'group']),
    targets: z.array(targetName).min(1).optional(),
    advisories: texts.min(1).optional(),
  }),
});

/** The form of a lock file; keys that hew does not know are refused. */
export const lockSchema = z.strictObject({
  document: z.literal('rpm-package-manifest'),
  version: z.string().regex(/^0\.2(?:\.\d+)?$/, 'must be 0.2, the version of the form that this hew reads'),
  hew: z.strictObject({
    version: z.literal(1),
    distribution: text,
    releasever: text,
    definition: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
    vars: record(z.string()),
    install: texts,
    exclude: texts,
    local: texts,
    modules: texts,
    'weak-dependencies': z.boolean(),
    multilib: z.boolean(),
    'ignore-missing': z.boolean(),
    targets: z.record(targetName, z.strictObject({
      vars: record(z.string()),
      hwcaps: z.enum(['v2', 'v3', 'v4']).optional(),
      install: texts.optional(),
      exclude: texts.optional(),
      repositories: record(z.int().min(0)),
    })),
  }),
  data: z.strictObject({
    repositories: z.array(repository),
    packages: z.record(z.string().regex(/^[a-z0-9_]+$/i, 'must be an architecture'), z.array(packageEntry)),
  }),
});

export type LockText = z.output<typeof lockSchema>;
