import { createHash } from 'node:crypto';

/** `sha256:` and 64 hexadecimal digits, as OCI and in-toto write digests. */
export type Digest = `sha256:${string}`;

/** Digest of bytes or of UTF-8 text. */
export const digestOf = (content: string | Uint8Array): Digest =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Digest of a plain value, whatever the order in which its keys were set. */
export const digestOfValue = (value: unknown): Digest => digestOf(canonicalJson(value));

/** JSON with sorted keys and no white space; `undefined` members are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
