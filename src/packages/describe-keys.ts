import { redactText } from '../redact.ts';
import { NOT_LOCKED, NOT_PINNED } from './choose-keys.ts';
import type { SourceKey } from './keys.ts';
import { whoseKey } from './read-key.ts';

/**
 * What every build says of keys that are not simply used: those taken in spite of SHA-1, and those passed
 * over that gpg or rpm cannot use. What is not pinned is passed over by the definition's own word.
 */
export const describeOddKeys = (found: readonly SourceKey[]): readonly string[] =>
  found.flatMap((key) => {
    const named = key.fingerprint === '' ? `what ${whoseKey(key)} has` : `the key ${key.fingerprint} of ${whoseKey(key)}`;
    if (key.trust === 'sha1') return [`${named} is used although its owner signed it with SHA-1 alone: its fingerprint is pinned`];
    if (key.trust === 'yes' || key.reason === NOT_PINNED || key.reason === NOT_LOCKED) return [];
    return [`${named} in ${redactText(key.source)} is not used: ${key.reason ?? ''}`];
  });

/** The fingerprints of those keys, by repository, that were taken in spite of SHA-1. */
export const sha1Keys = (found: readonly SourceKey[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...Map.groupBy(found.filter(({ trust }) => trust === 'sha1'), ({ repository }) => repository)]
    .map(([repository, keys]): [string, readonly string[]] => [repository, [...new Set(keys.map(({ fingerprint }) => fingerprint))].sort()]));
