import { posix } from 'node:path';

import { HewError, ToolError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { DnfSession } from './dnf5/session.ts';
import { LOCAL_REPOSITORY } from './keys.ts';
import { formatNevra } from './nevra.ts';
import { whoseKey } from './read-key.ts';
import type { FetchedPackages } from './dnf5/resolve.ts';
import type { LockedPackage } from './lock.ts';

/**
 * Checks the signature of every package against the keys of the very repository that it came from: a key that is
 * good for one repository says nothing about another's packages. dnf5's own check knows one keyring for all, and
 * leaves packages of a stored transaction out. Throws one `HewError` that names each package that failed.
 */
export async function verifyPackages(
  { host, target, keys, paths }: DnfSession, { lock, folder }: FetchedPackages,
): Promise<void> {
  const bad: Problem[] = [];
  for (const [repository, packages] of byRepository(lock.packages)) {
    const settings = target.repositories.find((row) => row.settings.id === repository)?.settings;
    if (settings?.gpgcheck === false) continue;
    const keyring = posix.join(paths.settings, 'keyrings', repository);
    await host.fs.makeFolder(keyring);
    await importKeys(host, repository, keyring, keys.get(repository) ?? []);
    bad.push(...(await checkSignatures(host, repository, keyring, folder, packages)));
  }
  if (bad.length > 0) throw new HewError(bad);
}

const byRepository = (packages: readonly LockedPackage[]): Map<string, LockedPackage[]> =>
  Map.groupBy(packages, ({ repository }) => repository);

/** rpm's settings for a keyring that holds one repository's keys and nothing else. */
const keyringOptions = (keyring: string): string[] => ['--define', `_dbpath ${keyring}`, '--define', '_keyring rpmdb'];

async function importKeys(host: Host, repository: string, keyring: string, keyFiles: readonly string[]): Promise<void> {
  const view = { read: [...new Set(keyFiles.map((file) => posix.dirname(file)))], write: [keyring] };
  try {
    await host.run({ tool: 'rpmkeys', args: [...keyringOptions(keyring), '--import', ...keyFiles], view });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new HewError(
      { code: 'key-unusable', message: `a key of ${whoseKey({ repository })} cannot be used`, hint: error.stderr.trim() },
      { cause: error },
    );
  }
}

/** rpmkeys tells the number of bad files by its status; which ones stands in what it prints. */
const ANY_FAILURE = Array.from({ length: 255 }, (_, index) => index + 1);

/** Arguments of rpmkeys(8) for files that must be signed; digests of files are checked elsewhere. */
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
): Promise<readonly Problem[]> {
  const files = packages.map(({ file }) => posix.join(folder, file));
  const { stdout, stderr, status } = await host.run(
    { tool: 'rpmkeys', args: checkArguments(keyring, files), view: { read: [folder], write: [keyring] } },
    { accept: ANY_FAILURE },
  );
  if (status === 0) return [];
  const bad = packages.filter(({ file }) => !stdout.includes(`${posix.join(folder, file)}: digests signatures OK`));
  return bad.map((entry) => badSignature(entry, repository, stdout, stderr, folder));
}

function badSignature(entry: LockedPackage, repository: string, stdout: string, stderr: string, folder: string): Problem {
  const path = posix.join(folder, entry.file);
  const verdict = stdout.split('\n').find((line) => line.startsWith(`${path}:`))?.slice(path.length + 2) ?? (stderr.trim().split('\n')[0] || 'no verdict');
  return repository === LOCAL_REPOSITORY
    ? {
      code: 'signature',
      message: `local RPM ${formatNevra(entry)} is not signed by a key of this definition (${verdict})`,
      hint: 'sign it and name the key in `packages.local-keys`, or offer it in a repository with `gpgcheck = false` and a `reason`',
    }
    : {
      code: 'signature',
      message: `${formatNevra(entry)} from ${repository} is not signed by a key of that repository (${verdict})`,
      hint: 'nothing was installed; check `gpgkey` of the repository, or ask its owner about this package',
    };
}
