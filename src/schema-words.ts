import { z } from 'zod';

import { parseDestination } from './destination.ts';

/** How a distribution ships packages for levels above its baseline: `level-model` in the schema of distributions. */
export const LEVEL_MODELS = ['repositories', 'labelled', 'basearch', 'hwcaps'] as const;
export const FILESYSTEMS = ['ext4', 'xfs', 'btrfs', 'erofs', 'vfat', 'swap', 'none'] as const;

/** A string that says something. */
export const text = (): z.ZodString => z.string().min(1, 'must not be empty');

const matching = (pattern: RegExp, expected: string): z.ZodString => z.string().regex(pattern, `must be ${expected}`);

/**
 * Why something is off or departs: at least two words, one of them of three letters or more; or four characters of a
 * script that has no blanks. Shorter ones say nothing to whoever reads the evidence.
 */
export const reason = (): z.ZodString =>
  matching(/^(?=.*[\p{L}\p{N}]{3}).*[\p{L}\p{N}][^\p{L}\p{N}'’]+[\p{L}\p{N}]|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]{4}/su, 'a reason in words, two at least');

/** Becomes part of file names and of OCI references, so it is kept to what both allow. */
export const imageName = (): z.ZodString =>
  matching(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'lower-case letters, digits and single `.`, `_` or `-` between them');

/** An OCI tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export const imageVersion = (): z.ZodString =>
  matching(/^\w[\w.-]{0,127}$/, 'letters, digits, `.`, `_` and `-`, at most 128 (it becomes a tag and part of file names)');

/** Bytes with a binary unit: `5GiB`, `512MiB`. */
export const byteSize = (): z.ZodString =>
  matching(/^[1-9][0-9]*(?:KiB|MiB|GiB|TiB)$/, 'a whole number and a unit KiB, MiB, GiB or TiB, such as `5GiB`');

export const fileMode = (): z.ZodString =>
  matching(/^0?[0-7]{3,4}$/, 'an octal mode in quotes, such as `0644`');

export const pathInImage = (): z.ZodString =>
  matching(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0]*$/, 'an absolute path inside the image, without `.` and `..` parts');

/** A file beside the definition; `rules.ts` refuses to leave the folder. */
export const inputPath = (): z.ZodString => text();

/** The names that shadow-utils of Red Hat’s family accepts (useradd(8)), without those that begin with a digit or a dot. */
export const userName = (): z.ZodString =>
  matching(/^[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?$/, 'a user or group name: letters, digits, `_`, `.` and `-`, at most 32');

export const hostName = (): z.ZodString =>
  matching(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$/, 'a host name (RFC 1123)');

export const unitName = (): z.ZodString =>
  matching(/^[A-Za-z0-9:_.\\@-]+$/, 'the name of a systemd unit; `.service` may be left out');

export const environmentEntry = (): z.ZodString =>
  matching(/^[A-Za-z_][A-Za-z0-9_.]*=[^\0]*$/, 'NAME=value');

/** An exact host and a port of it: no wildcard stands for what nobody has looked at. */
export const destination = (): z.ZodString =>
  matching(/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[1-9][0-9]{0,4}$/, 'a host name or address and a port, such as `example.com:443`')
    .refine((value) => parseDestination(value) !== undefined, 'must be a host name or address and a port from 1 to 65535');

/** OpenPGP v4 (20 bytes) or v6 (32 bytes) fingerprint; spaces as gpg prints them are fine. */
export const fingerprint = (): z.ZodString =>
  matching(/^(?:[0-9A-Fa-f]\s*){40}$|^(?:[0-9A-Fa-f]\s*){64}$/, 'a whole OpenPGP fingerprint of 40 or 64 hexadecimal digits');

/** Bytes as a number, of a size that passed `byteSize`. */
export const bytesOf = (size: string): number => {
  const [, digits = '', unit = ''] = /^(\d+)(KiB|MiB|GiB|TiB)$/.exec(size) ?? [];
  const powers: Readonly<Record<string, number>> = { KiB: 1, MiB: 2, GiB: 3, TiB: 4 };
  const power = powers[unit];
  if (power === undefined) throw new TypeError(`not a size: ${size}`);
  return Number(digits) * 1024 ** power;
};
