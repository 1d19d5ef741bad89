import { posix } from 'node:path';

import { tableOf } from '../cache/inputs.ts';
import type { Json } from '../cache/record.ts';
import { digestOf } from '../digest.ts';
import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { DnfSession, FetchedPackages } from './dnf5/index.ts';
import { LOCAL_REPOSITORY, usedKeys } from './keys.ts';
import { formatNevra } from './nevra.ts';
import { importArguments, judgeInputs, keyringOptions, policyEnvironment, writePolicy, type Judge } from './rpm-keyring.ts';
import { describeSignatureVerdicts, isVouchedFor, parseVerdicts } from './signature-verdict.ts';
import type { FetchedPackage } from './lock.ts';

/**
 * Checks the signature of every package against the keys of the very repository that it came from: a key that is
 * good for one repository says nothing about another's packages. dnf5's own check knows one keyring for all, and
 * leaves packages of a stored transaction out. The same bytes are not checked twice on one day by the same tools. Throws
 * one `HewError` that names each package that failed.
 */
export async function verifyPackages(session: DnfSession, { lock, folder }: FetchedPackages): Promise<void> {
  const { host, cache, plan, target } = session;
  const bad: Problem[] = [];
  for (const [repository, packages] of byRepository(lock.packages)) {
    const settings = target.repositories.find((row) => row.settings.id === repository)?.settings;
    if (settings?.gpgcheck === false) continue;
    const name = `${repository} in ${plan.image.name} for ${target.arch} ${target.level}`;
    const place = await cache.open({ kind: 'signatures', name, inputs: () => signatureInputs(session, repository, packages) });
    if (place.found !== undefined) continue;
    const problems = await checkSignatures(host, repository, await openKeyring(session, repository), folder, packages);
    if (problems.length === 0) place.keep({ value: null, files: {} });
    bad.push(...problems);
  }
  if (bad.length > 0) throw new HewError(bad);
}

/** All that decides whether the signatures of packages are good. The digests are those of the files that are installed. */
export async function signatureInputs(
  { host, keys, found }: Pick<DnfSession, 'keys' | 'found'> & { readonly host: Judge & Pick<Host, 'fs'> },
  repository: string,
  packages: readonly FetchedPackage[],
): Promise<Json> {
  return {
    ...(await judgeInputs(host, ['rpmkeys'])),
    keys: await Promise.all(usedKeys(keys, repository).map(async (file) => digestOf(await host.fs.readBytes(file)))),
    sha1: needsSha1(found, repository),
    packages: tableOf(packages, formatNevra, ({ sha256 }) => sha256),
  };
}

const byRepository = (packages: readonly FetchedPackage[]): Map<string, FetchedPackage[]> =>
  Map.groupBy(packages, ({ repository }) => repository);

/** An rpm keyring with the keys of one repository, and the rpm options that use it. */
interface Keyring {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly read: readonly string[];
}

async function openKeyring({ host, paths, keys, found }: DnfSession, repository: string): Promise<Keyring> {
  const folder = posix.join(paths.settings, 'keyrings', repository);
  const files = usedKeys(keys, repository);
  await host.fs.remove(folder);
  await host.fs.makeFolder(folder);
  const isSha1 = needsSha1(found, repository);
  const env = isSha1 ? policyEnvironment(await writePolicy(host, posix.join(paths.settings, 'policy'))) : {};
  const read = isSha1 ? [posix.join(paths.settings, 'policy')] : [];
  if (files.length > 0) {
    const view = { read: [...new Set(files.map((file) => posix.dirname(file))), ...read], write: [folder] };
    await host.run({ tool: 'rpmkeys', args: importArguments(folder, files), env, view });
  }
  return { folder, env, read };
}

/** Whether a key of the repository counts although its owner signed it with SHA-1. */
const needsSha1 = (found: DnfSession['found'], repository: string): boolean =>
  found.some((key) => key.trust === 'sha1' && (key.repository === repository || repository === LOCAL_REPOSITORY));

/** rpmkeys exits with the number of bad files (at most 254); stdout says which. */
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
  host: Host, repository: string, keyring: Keyring, folder: string, packages: readonly FetchedPackage[],
): Promise<readonly Problem[]> {
  const { env, read } = keyring;
  const view = { read: [folder, ...read], write: [keyring.folder] };
  const files = packages.map(({ file }) => posix.join(folder, file));
  const { stdout, status } = await host.run({ tool: 'rpmkeys', args: checkArguments(keyring.folder, files), env, view }, { accept: ANY_FAILURE });
  if (status === 0) return [];
  const bad: Problem[] = [];
  for (const entry of packages.filter(({ file }) => !stdout.includes(`${posix.join(folder, file)}: digests signatures OK`))) {
    // rpm demands that every signature is good, and a digest too. Its lines show whether one of them is sufficient.
    const place = { [IN_QUESTION]: posix.join(folder, entry.file) };
    const { stdout: verdict, stderr } = await host.run(
      { tool: 'rpmkeys', args: [...checkArguments(keyring.folder, []), '--verbose', IN_QUESTION], env, view: { read, write: [keyring.folder], place } }, { accept: ANY_FAILURE },
    );
    const verdicts = parseVerdicts(verdict);
    if (!isVouchedFor(verdicts)) bad.push(badSignature(entry, repository, verdicts.length === 0 ? stderr.trim().split('\n')[0] || 'no verdict' : describeSignatureVerdicts(verdicts)));
  }
  return bad;
}

/** A name that no repository chose: what is printed beside it is rpm's own. */
const IN_QUESTION = '/run/package.rpm';

const badSignature = (entry: FetchedPackage, repository: string, verdict: string): Problem =>
  (repository === LOCAL_REPOSITORY
    ? {
      code: 'signature',
      message: `local RPM ${formatNevra(entry)} is not signed by a key of this definition (${verdict})`,
      hint: 'sign it and name the key in `packages.local-keys`, or offer it in a repository with `gpgcheck = false` and a `reason`',
    }
    : {
      code: 'signature',
      message: `${formatNevra(entry)} from ${repository} is not signed by a key of that repository (${verdict})`,
      hint: 'nothing was installed; check `gpgkey` of the repository, or ask its owner about this package',
    });
