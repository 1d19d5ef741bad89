import { posix } from 'node:path';

import { HewError, ToolError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { Target } from '../plan/types.ts';
import type { DnfPaths } from './dnf5-settings.ts';
import type { RepositoryKeys } from './keys.ts';
import { formatNevra } from './nevra.ts';
import type { FetchedPackages } from './resolve.ts';
import type { LockedPackage } from './lock.ts';

/**
 * Checks the signature of every package against the keys of the very repository that it came from: a key that is
 * good for one repository says nothing about another's packages. dnf5's own check knows one keyring for all, and
 * leaves packages of a stored transaction out. Throws one `HewError` that names each package that failed.
 */
export async function verifyPackages(
  host: Host,
  target: Target,
  { lock, folder }: FetchedPackages,
  keys: RepositoryKeys,
  paths: DnfPaths,
): Promise<void> {
  for (const [repository, packages] of byRepository(lock.packages)) {
    const settings = target.repositories.find((row) => row.settings.id === repository)?.settings;
    if (settings?.gpgcheck === false) continue;
    const keyFiles = keys.get(repository) ?? [];
    const keyring = posix.join(paths.settings, 'keyrings', repository);
    await host.fs.makeFolder(keyring);
    await importKeys(host, repository, keyring, keyFiles, settings?.fingerprints);
    await checkSignatures(host, repository, keyring, folder, packages);
  }
}

const byRepository = (packages: readonly LockedPackage[]): Map<string, LockedPackage[]> =>
  Map.groupBy(packages, ({ repository }) => repository);

/** rpm's settings for a keyring that holds one repository's keys and nothing else. Pure. */
const keyringOptions = (keyring: string): string[] => ['--define', `_dbpath ${keyring}`, '--define', '_keyring rpmdb'];

async function importKeys(
  host: Host,
  repository: string,
  keyring: string,
  keyFiles: readonly string[],
  pinned: readonly string[] | undefined,
): Promise<void> {
  const view = { read: [...new Set(keyFiles.map((file) => posix.dirname(file)))], write: [keyring] };
  try {
    await host.run({ tool: 'rpmkeys', args: [...keyringOptions(keyring), '--import', ...keyFiles], view });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new HewError(
      { code: 'key-unusable', message: `a key of repository ${repository} cannot be used`, hint: error.stderr.trim() },
      { cause: error },
    );
  }
  if (pinned === undefined) return;
  const { stdout } = await host.run({ tool: 'rpmkeys', args: [...keyringOptions(keyring), '--list'], view });
  const found = [...stdout.matchAll(/\b[0-9a-f]{40,64}\b/gi)].map(([fingerprint]) => fingerprint.toLowerCase());
  const allowed = new Set(pinned.map((fingerprint) => fingerprint.replaceAll(' ', '').toLowerCase()));
  const strangers = found.filter((fingerprint) => !allowed.has(fingerprint));
  if (strangers.length > 0 || found.length === 0) {
    throw new HewError({
      code: 'key-not-pinned',
      message: `the keys of repository ${repository} hold ${strangers.join(', ') || 'no fingerprint'}, which is not pinned`,
      hint: 'someone replaced the key file, or the distribution changed its key: compare `fingerprints` with what it publishes',
    });
  }
}

/** rpmkeys tells the number of bad files by its status; which ones stands in what it prints. */
const ANY_FAILURE = Array.from({ length: 255 }, (_, index) => index + 1);

/** Arguments of rpmkeys(8) for files that must be signed; digests of files are checked elsewhere. Pure. */
export const checkArguments = (keyring: string, files: readonly string[]): string[] => [
  ...keyringOptions(keyring),
  // Without this an unsigned package would pass, its digests being right.
  '--define', '_pkgverify_level all',
  '--checksig',
  ...files,
];

async function checkSignatures(
  host: Host,
  repository: string,
  keyring: string,
  folder: string,
  packages: readonly LockedPackage[],
): Promise<void> {
  const files = packages.map(({ file }) => posix.join(folder, file));
  const { stdout, stderr, status } = await host.run(
    { tool: 'rpmkeys', args: checkArguments(keyring, files), view: { read: [folder], write: [keyring] } },
    { accept: ANY_FAILURE },
  );
  if (status === 0) return;
  const bad = packages.filter(({ file }) => !stdout.includes(`${posix.join(folder, file)}: digests signatures OK`));
  throw new HewError(bad.map((entry) => badSignature(entry, repository, stdout, stderr, folder)));
}

function badSignature(entry: LockedPackage, repository: string, stdout: string, stderr: string, folder: string): Problem {
  const path = posix.join(folder, entry.file);
  const verdict = stdout.split('\n').find((line) => line.startsWith(`${path}:`))?.slice(path.length + 2);
  return {
    code: 'signature',
    message: `${formatNevra(entry)} from ${repository} is not signed by a key of that repository (${verdict ?? (stderr.trim() || 'no verdict')})`,
    hint: 'nothing was installed; check `gpgkey` of the repository, or ask its owner about this package',
  };
}
