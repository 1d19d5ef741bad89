import { posix } from 'node:path';

import type { Repository } from '../../definition/index.ts';
import { usedKeys } from '../keys.ts';
import { expandVariables, repositoryVariables } from '../repository-variables.ts';
import { importInto } from '../select-keys.ts';
import { metadataFolder } from './paths.ts';
import type { DnfSession } from './types.ts';

/** Which keys a keyring was made of: names of files, which go by content. */
const MADE_OF = 'hew-keys';

/** Where the keyrings lie that the metadata of a target's repositories is checked with, by the name of dnf5's cache folder. */
export const keyringsFolder = ({ paths }: Pick<DnfSession, 'paths'>): string => posix.join(paths.settings, 'pubrings');

/** The name of dnf5's cache folder of a repository of a session. */
export function cacheFolderOf({ plan, target, paths }: Pick<DnfSession, 'plan' | 'target' | 'paths'>, settings: Repository): string {
  const variables = repositoryVariables(plan, target, paths.hewCache);
  return metadataFolder(settings, (url) => expandVariables(url, variables));
}

/** Makes a keyring of gpg(1) for each repository whose metadata is signed, with the keys of that repository alone. */
export async function makeKeyrings(session: DnfSession): Promise<void> {
  const { host, target, keys } = session;
  for (const { settings } of target.repositories.filter((row) => row.settings.repo_gpgcheck)) {
    const home = posix.join(keyringsFolder(session), cacheFolderOf(session, settings));
    const files = usedKeys(keys, settings.id);
    const madeOf = files.map((file) => `${posix.basename(file)}\n`).join('');
    if ((await host.fs.readTextIfThere(posix.join(home, MADE_OF))) === madeOf) continue;
    await host.fs.remove(home);
    await importInto(host, home, files);
    await host.fs.write(posix.join(home, MADE_OF), madeOf);
  }
}

/**
 * A shell script that runs dnf5 once the keyring of each repository in its cache is the one that was made for it:
 * librepo keeps every key that it was ever given, and takes a key that it lacks for a bad signature where it stands on
 * gpgme 2.1 (https://github.com/rpm-software-management/librepo/issues/376). Metadata that other keys vouched for is
 * fetched again. To be run under the lock of the cache. Arguments: cache folder, folder of keyrings, those of dnf5.
 */
export const WITH_KEYRINGS = `set -eu
cache=$1 keyrings=$2
shift 2
for keyring in "$keyrings"/*; do
  [ -e "$keyring/${MADE_OF}" ] || continue
  kept=$cache/\${keyring##*/}
  [ -e "$kept/pubring/${MADE_OF}" ] && [ "$(cat "$kept/pubring/${MADE_OF}")" = "$(cat "$keyring/${MADE_OF}")" ] && continue
  rm -rf "$kept/pubring" "$kept/repodata" "$kept/solv"
  mkdir -p "$kept"
  cp -r "$keyring" "$kept/pubring"
done
exec dnf5 "$@"
`;

/** Arguments of gpg(1) that check a detached signature and say in words of its own what came of it. */
const checkArguments = (signature: string, file: string): string[] => [
  '--batch', '--no-options', '--no-autostart', '--homedir', '/run/gnupg', '--trust-model', 'always', '--status-fd', '1', '--verify', '--', signature, file,
];

/**
 * Why the signature of a repository's metadata does not count; undefined where a key of the repository made it. dnf5
 * does not look again at metadata that lies in its cache, whose key may have been taken out of the definition since.
 */
export async function signatureRefusal(session: DnfSession, settings: Repository): Promise<string | undefined> {
  const { host, paths } = session;
  await makeKeyrings(session);
  const folder = posix.join(paths.cache, cacheFolderOf(session, settings), 'repodata');
  const home = posix.join(keyringsFolder(session), cacheFolderOf(session, settings));
  const { stdout } = await host.run(
    { tool: 'gpg', args: checkArguments(posix.join(folder, 'repomd.xml.asc'), posix.join(folder, 'repomd.xml')), view: { read: [folder], placeWritable: { '/run/gnupg': home } } },
    { accept: [1, 2] },
  );
  return refusalIn(stdout);
}

/** Reads the status lines of gpg: https://github.com/gpg/gnupg/blob/master/doc/DETAILS, “Format of the --status-fd output”. */
export function refusalIn(status: string): string | undefined {
  const lines = [...status.matchAll(/^\[GNUPG:\] (\w+) ?(\S*)/gm)];
  const first = (...kinds: readonly string[]): string | undefined => lines.find(([, kind = '']) => kinds.includes(kind))?.[2];
  if (first('BADSIG') !== undefined) return 'its signature is of other content';
  if (first('GOODSIG') !== undefined && first('VALIDSIG') !== undefined) return undefined;
  const old = first('EXPSIG', 'EXPKEYSIG', 'REVKEYSIG');
  if (old !== undefined) return `its signature, or the key ${old} that made it, expired or was revoked`;
  const stranger = first('NO_PUBKEY', 'ERRSIG');
  return stranger === undefined ? 'it bears no signature that gpg can read' : `the key ${stranger} signed it, which is none of that repository`;
}
