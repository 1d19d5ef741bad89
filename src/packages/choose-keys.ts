import type { Problem } from '../errors.ts';
import { redactText } from '../redact.ts';
import { plainFingerprint, type ListedKey } from './key-listing.ts';
import { whoseKey } from './read-key.ts';

/** A key file as it came, and what is known of the keys that it should hold. */
export interface KeyFile {
  readonly repository: string;
  /** Where it came from, for messages. */
  readonly source: string;
  readonly content: Uint8Array;
  /** The only fingerprints that the definition trusts. */
  readonly pinned?: readonly string[] | undefined;
  /** The fingerprints that the lock was made with. */
  readonly locked?: readonly string[] | undefined;
}

/** A key of a key file, and whether signatures are checked with it. */
export interface FoundKey {
  /** Lower-case hexadecimal digits; empty where the block cannot be read. */
  readonly fingerprint: string;
  /** The first name that it bears. */
  readonly name: string;
  /** `RSA`, `Ed25519`. */
  readonly algorithm: string;
  /** Seconds since 1970; absent where it never expires, and where that is unknown. */
  readonly expires?: number;
  /** `sha1`: although its owner signed it with SHA-1 alone, since its fingerprint is pinned. */
  readonly trust: 'yes' | 'sha1' | 'no';
  /** Why it is not used. */
  readonly reason?: string;
}

/** How a message describes a file without a key. */
export const NO_KEY = 'there is no OpenPGP key in it';

/** Why a key of a file is none of those that the definition, or the lock, was made for. */
export const NOT_PINNED = 'it is not pinned';
export const NOT_LOCKED = 'the lock was made without it';

/** Why a key with self-signatures by SHA-1 alone is refused: https://sha-mbles.github.io */
export const SHA1_ONLY = 'its owner signed it with SHA-1 alone, which can be forged';

/** The keys that may be used, as far as gpg and the definition say. */
export const chooseKeys = (listed: readonly ListedKey[], given: Pick<KeyFile, 'pinned' | 'locked'>): readonly ListedKey[] =>
  listed.filter((key) => whyNot(key, given) === undefined);

const names = (list: readonly string[], { fingerprint }: ListedKey): boolean => list.map(plainFingerprint).includes(fingerprint);

/** Why a key is not used, as far as gpg and the definition say; undefined for one that may be. */
export function whyNot(key: ListedKey, { pinned, locked }: Pick<KeyFile, 'pinned' | 'locked'>): string | undefined {
  if (pinned !== undefined && !names(pinned, key)) return NOT_PINNED;
  if (locked !== undefined && !names(locked, key)) return NOT_LOCKED;
  return key.state === 'usable' ? undefined : `it ${fateOf(key)}`;
}

/** Why no key of a file can be used. */
export function noneUsable(listed: readonly ListedKey[], found: readonly FoundKey[], given: Omit<KeyFile, 'content'>): Problem {
  const { pinned, locked } = given;
  const whose = whoseKey(given);
  if (listed.length === 0) {
    const reasons = found.filter(({ reason }) => reason !== NO_KEY).map(({ fingerprint, reason = '' }) => (fingerprint === '' ? reason : `${fingerprint}: ${reason}`));
    return {
      code: 'key-unusable',
      message: `a key of ${whose} cannot be used: ${redactText(given.source)} holds no OpenPGP key${reasons.length === 0 ? '' : ' that can be read'}`,
      hint: reasons.length === 0 ? 'a key file is armored text that begins with `-----BEGIN PGP PUBLIC KEY BLOCK-----`, or a keyring' : reasons.join('\n'),
    };
  }
  const trusted = pinned === undefined ? listed : listed.filter((key) => names(pinned, key));
  if (trusted.length === 0) {
    return {
      code: 'key-not-pinned',
      message: `the key file of ${whose} holds ${namesOf(listed)}, which is not pinned`,
      hint: 'someone replaced the key file, or the distribution changed its key: compare `fingerprints` with what it publishes',
    };
  }
  const known = locked === undefined ? trusted : trusted.filter((key) => names(locked, key));
  if (known.length === 0) {
    return {
      code: 'key-not-locked',
      message: `the key file of ${whose} holds ${namesOf(trusted)}, and the lock was made with ${locked === undefined || locked.length === 0 ? 'no key' : locked.join(', ')}`,
      hint: 'someone replaced the key file, or the distribution changed its key: ask its owner before you run `hew lock IMAGE --update`',
    };
  }
  const refused = known.find(({ state }) => state === 'usable');
  if (refused !== undefined) return refusedByRpm(refused, found, whose);
  const [worst = { fingerprint: '', name: '', state: 'unusable' as const }] = known;
  return {
    code: worst.state === 'expired' ? 'key-expired' : 'key-revoked',
    message: `the key of ${whose} ${fateOf(worst)}: ${namesOf([worst])}`,
    hint: 'get the key that replaces it from the owner of the repository, and name that in `gpgkey`',
  };
}

function refusedByRpm(key: ListedKey, found: readonly FoundKey[], whose: string): Problem {
  const reason = found.find(({ fingerprint }) => fingerprint === key.fingerprint)?.reason ?? '';
  return {
    code: 'key-unusable',
    message: `the key of ${whose} cannot be used, ${reason}: ${namesOf([key])}`,
    hint: reason === SHA1_ONLY
      ? `compare the fingerprint with what its owner publishes, then pin it: \`fingerprints = ["${key.fingerprint}"]\``
      : 'get the key that replaces it from the owner of the repository, and name that in `gpgkey`',
  };
}

const fateOf = ({ state, expires }: ListedKey): string =>
  state === 'expired' ? `expired${expires === undefined ? '' : ` on ${new Date(expires * 1000).toISOString().slice(0, 10)}`}`
    : state === 'revoked' ? 'was revoked by its owner' : 'cannot be used';

const namesOf = (keys: readonly ListedKey[]): string =>
  keys.map(({ fingerprint, name }) => (name === '' ? fingerprint : `${fingerprint} (${name})`)).join(', ');
