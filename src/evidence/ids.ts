import { digestOfValue } from '../digest.ts';

/** How hew names itself in evidence. URNs, because no web address of hew is promised to stay. */
export const BUILD_TYPE = 'urn:hew:build-type:image:1';
export const LOCAL_BUILDER = 'urn:hew:builder:local';

/** `2026-01-31T12:00:00Z`, as SPDX and CycloneDX write times; fractions of a second are cut off. */
export const formatTime = (epoch: number): string => `${new Date(Math.trunc(epoch) * 1000).toISOString().slice(0, 19)}Z`;

/**
 * A UUID that depends on the value alone: version 8, from SHA-256.
 * Source: RFC 9562, section 5.8 and appendix B.2.
 */
export function uuidOf(value: unknown): string {
  const hex = digestOfValue(value).slice('sha256:'.length);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A short digest that distinguishes values: 12 hexadecimal digits. */
export const markOf = (value: unknown): string => digestOfValue(value).slice('sha256:'.length, 'sha256:'.length + 12);

/** JSON as people and diff tools read it, ending in a newline. */
export const formatJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
