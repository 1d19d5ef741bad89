import { posix } from 'node:path';

import { digestOf } from '../digest.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { redactText } from '../redact.ts';
import type { DnfPaths } from './dnf5/paths.ts';
import { listArguments, parseKeyListing, plainFingerprint, type ListedKey } from './key-listing.ts';
import { whoseKey } from './read-key.ts';

/** A key file as it came, and what is known of the keys that it should hold. */
export interface KeyFile {
  readonly repository: string;
  /** Where it came from, for messages. */
  readonly source: string;
  readonly content: string;
  /** The only fingerprints that the definition trusts. */
  readonly pinned?: readonly string[] | undefined;
  /** The fingerprints that the lock was made with. */
  readonly locked?: readonly string[] | undefined;
}

export interface SelectedKeys {
  /** Absolute path below hew's settings; holds the chosen keys and no other. */
  readonly file: string;
  readonly fingerprints: readonly string[];
}

/**
 * Writes what of a key file may be used into a file of its own. Throws `HewError` when that is nothing: no key, none
 * that is pinned, or none that is still good.
 */
export async function selectKeys(host: Host, given: KeyFile, paths: DnfPaths): Promise<SelectedKeys> {
  const folder = posix.join(paths.settings, 'keys', digestOf(given.content).slice('sha256:'.length));
  const whole = posix.join(folder, 'all.asc');
  await host.fs.write(whole, given.content);
  // 2: nothing that gpg could read.
  const { stdout, stderr } = await host.run({ tool: 'gpg', args: listArguments(whole), view: { read: [folder] } }, { accept: [2] });
  const found = parseKeyListing(stdout);
  const chosen = chooseKeys(found, given);
  if ('code' in chosen) throw new HewError(found.length === 0 ? { ...chosen, hint: stderr.trim() } : chosen);
  const fingerprints = chosen.map(({ fingerprint }) => fingerprint).sort();
  const file = posix.join(folder, `${digestOf(fingerprints.join()).slice('sha256:'.length)}.asc`);
  const home = posix.join(folder, 'gnupg');
  await host.fs.makeFolder(home);
  await host.fs.setMode(home, 0o700);
  // gpg wants room for the names of its sockets, so a short path.
  const options = ['--batch', '--quiet', '--no-options', '--no-autostart', '--homedir', '/run/gnupg'];
  const view = { read: [folder], placeWritable: { '/run/gnupg': home } };
  // Never the file as it came: rpm might find keys in it that gpg did not see, and so nobody looked at.
  await host.run({ tool: 'gpg', args: [...options, '--import', '--', whole], view });
  const exported = await host.run({ tool: 'gpg', args: [...options, ...GOOD_SUBKEYS, '--armor', '--export', ...fingerprints], view });
  await host.fs.write(file, exported.stdout);
  return { file, fingerprints };
}

/** rpm goes by what a subkey was when it signed; whoever finds an expired or revoked one could sign for that time. gpg(1). */
const GOOD_SUBKEYS = ['--export-filter', 'drop-subkey=expired -t || revoked -t'];

/** The keys that may be used, or why there is none. */
export function chooseKeys(found: readonly ListedKey[], given: Omit<KeyFile, 'content'>): readonly ListedKey[] | Problem {
  const { pinned, locked } = given;
  const whose = whoseKey(given);
  if (found.length === 0) return { code: 'key-unusable', message: `a key of ${whose} cannot be used: ${redactText(given.source)} holds no OpenPGP key` };
  const among = (list: readonly string[]) => ({ fingerprint }: ListedKey): boolean => list.map(plainFingerprint).includes(fingerprint);
  const trusted = pinned === undefined ? found : found.filter(among(pinned));
  if (trusted.length === 0) {
    return {
      code: 'key-not-pinned',
      message: `the key file of ${whose} holds ${namesOf(found)}, which is not pinned`,
      hint: 'someone replaced the key file, or the distribution changed its key: compare `fingerprints` with what it publishes',
    };
  }
  const known = locked === undefined ? trusted : trusted.filter(among(locked));
  if (known.length === 0) {
    return {
      code: 'key-not-locked',
      message: `the key file of ${whose} holds ${namesOf(trusted)}, and the lock was made with ${locked?.join(', ') ?? ''}`,
      hint: 'someone replaced the key file, or the distribution changed its key: ask its owner before you run `hew lock --update`',
    };
  }
  const usable = known.filter(({ state }) => state === 'usable');
  const [worst] = known;
  if (usable.length > 0 || worst === undefined) return usable;
  return {
    code: worst.state === 'expired' ? 'key-expired' : 'key-revoked',
    message: `the key of ${whose} ${fateOf(worst)}: ${namesOf([worst])}`,
    hint: 'get the key that replaces it from the owner of the repository, and name that in `gpgkey`',
  };
}

const fateOf = ({ state, expires }: ListedKey): string =>
  state === 'expired' ? `expired${expires === undefined ? '' : ` on ${new Date(expires * 1000).toISOString().slice(0, 10)}`}`
    : state === 'revoked' ? 'was revoked by its owner' : 'cannot be used';

const namesOf = (keys: readonly ListedKey[]): string =>
  keys.map(({ fingerprint, name }) => (name === '' ? fingerprint : `${fingerprint} (${name})`)).join(', ');
