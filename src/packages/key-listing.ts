/** A primary key in a key file. */
export interface ListedKey {
  /** Lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** The first name that it bears. */
  readonly name: string;
  readonly state: 'usable' | 'expired' | 'revoked' | 'unusable';
  /** Seconds since 1970; undefined where it never expires. */
  readonly expires?: number;
}

/** Arguments of gpg(1) that list the keys of files and take in none. */
export const listArguments = (files: readonly string[]): string[] => [
  '--batch', '--no-options', '--homedir', '/tmp', '--show-keys', '--with-colons', '--fixed-list-mode', '--', ...files,
];

/**
 * Reads what `listArguments` prints: https://github.com/gpg/gnupg/blob/master/doc/DETAILS, “Format of the colon
 * listings”. Subkeys are no keys of their own here.
 */
export function parseKeyListing(output: string): readonly ListedKey[] {
  const keys: ListedKey[] = [];
  let pending: Omit<ListedKey, 'fingerprint' | 'name'> | undefined;
  for (const line of output.split('\n')) {
    const [kind, validity = '', ...rest] = line.split(':');
    // From the third field on: length, algorithm, key id, created, expires, …, the tenth is a fingerprint or a name.
    const [expires = '', text = ''] = [rest[4], rest[7]];
    if (kind === 'pub') pending = { state: stateOf(validity), ...(expires === '' ? {} : { expires: Number(expires) }) };
    else if (kind === 'fpr' && pending !== undefined) {
      keys.push({ ...pending, fingerprint: text.toLowerCase(), name: '' });
      pending = undefined;
    } else if (kind === 'uid') {
      const last = keys.pop();
      if (last !== undefined) keys.push(last.name === '' ? { ...last, name: text } : last);
    }
  }
  return keys;
}

/** When the next key or subkey of a listing expires after `now`, in seconds since 1970; undefined if none will. */
export function nextExpiry(output: string, now: number): number | undefined {
  const times = output.split('\n').flatMap((line) => {
    const [kind, , , , , , expires = ''] = line.split(':');
    return (kind === 'pub' || kind === 'sub') && expires !== '' && Number(expires) > now ? [Number(expires)] : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Of the validities only those that forbid use; what is unknown or undefined says nothing of the key itself. */
const stateOf = (validity: string): ListedKey['state'] =>
  validity === 'e' ? 'expired' : validity === 'r' ? 'revoked' : validity === 'i' || validity === 'd' ? 'unusable' : 'usable';

/** A fingerprint as it is compared: without blanks, in lower case. */
export const plainFingerprint = (text: string): string => text.replaceAll(/\s/g, '').toLowerCase();
