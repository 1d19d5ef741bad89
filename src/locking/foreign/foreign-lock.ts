import { z } from 'zod';

import { parseYaml } from '../../definition/parse-yaml.ts';
import { HewError, type Problem } from '../../errors.ts';
import type { PackageChecksum } from '../../packages/lock.ts';
import type { Nevra } from '../../packages/nevra.ts';

/** A package in a lock of another program. */
export interface ForeignPackage extends Nevra {
  /** Id of its repository, as that program had it. */
  readonly repository: string;
  readonly checksum: PackageChecksum;
  /** Bytes of the RPM file. */
  readonly size: number;
  /** The architecture of the images that it is for; undefined where it is for all. */
  readonly installedOn?: string;
}

/** Formats of other programs that hew writes and reads locks in. */
export const FOREIGN_FORMATS = ['dnf5-manifest', 'konflux'] as const;
export type ForeignFormat = (typeof FOREIGN_FORMATS)[number];

export const checksum = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/i, 'must be a sha256 or sha512 checksum')
  .transform((text) => text.toLowerCase() as PackageChecksum);
export const evr = z.string().regex(/^(?:\d+:)?[^-:\s]+-[^-:\s]+$/, 'must be `[EPOCH:]VERSION-RELEASE`').transform((text) => text.replace(/^0:/, ''));
export const word = z.string().regex(/^[^\s/\p{Cc}-][^\s/\p{Cc}]*$/u, 'must be a name without spaces and slashes');
export const size = z.int().min(1);

/** A lock of ten thousand packages is less than half of this. Characters. */
const MAX_LENGTH = 8 * 1024 * 1024;
const MAX_PROBLEMS = 20;

/** Reads YAML of a form. Throws `HewError` that says what is wrong with it, with the line. */
export function readForeign<T extends z.ZodType>(text: string, file: string, form: T): z.output<T> {
  if (text.length > MAX_LENGTH) throw refused([{ code: 'lock-too-large', message: 'the lock is larger than 8 MiB', place: { file } }]);
  const { value, positions, problems } = parseYaml(text, file);
  if (problems.length > 0) throw refused(problems.map((problem) => ({ ...problem, code: 'lock-syntax' })));
  const parsed = form.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refused(parsed.error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    return { code: 'lock-foreign', message: `${path.join('.') || 'the file'}: ${issue.message}`, place: { file, ...positions.ofValue(path) } };
  }));
}

const refused = (problems: readonly Problem[]): HewError =>
  new HewError(problems.slice(0, MAX_PROBLEMS).map((problem) => ({ hint: HINT, ...problem })));

const HINT = '`--import` reads packages.manifest.yaml of dnf5 and rpms.lock.yaml of rpm-lockfile-prototype';
