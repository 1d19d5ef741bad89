import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Repository } from '../../definition/index.ts';
import { digestOf, type Digest } from '../../digest.ts';
import { HewError, type Problem } from '../../errors.ts';
import { attempt } from '../../readers/attempt.ts';
import { signatureHashes } from '../../readers/openpgp-signature.ts';
import { cacheFolderOf, signatureRefusal } from './metadata-keys.ts';
import type { DnfSession } from './types.ts';

/** The metadata of a repository that packages were resolved from. */
export interface RepositoryState {
  /**
   * Digest of `repomd.xml`. It names every other file of the metadata by digest, and those name every package by digest.
   */
  readonly digest: Digest;
  /** When it was made, in seconds since 1970; 0 where it does not say. */
  readonly time: number;
  /** The newest time that an earlier build saw at this address; absent where none saw a newer one. */
  readonly seen?: number;
}

/**
 * Checks the metadata that dnf5 just resolved packages from beyond what dnf5 does, and says what it was, by repository
 * id. Its signature must not stand on a hash that can be forged, as rpm holds it with packages; without a signature, a
 * metalink must name it by a strong digest. Throws `HewError` with each repository that fails.
 */
export async function checkMetadata(session: DnfSession): Promise<ReadonlyMap<string, RepositoryState>> {
  const { host, target, paths } = session;
  const states = new Map<string, RepositoryState>();
  const problems: Problem[] = [];
  for (const { settings } of target.repositories) {
    const name = cacheFolderOf(session, settings);
    const inCache = (file: string): string => posix.join(paths.cache, name, file);
    if ((await host.fs.status(inCache('repodata/repomd.xml'))) === undefined) continue;
    const content = await host.fs.readBytes(inCache('repodata/repomd.xml'));
    const problem = settings.repo_gpgcheck
      ? await refusedSignature(session, settings, inCache('repodata/repomd.xml.asc'))
      : settings.metalink !== undefined && !isNamedBy(await host.fs.readTextIfThere(inCache('metalink.xml')) ?? '', content)
        ? weak(settings.id, 'nothing signs it, and its metalink names it by no sha256 or sha512') : undefined;
    if (problem !== undefined) problems.push(problem);
    const isVouchedFor = settings.repo_gpgcheck || settings.metalink !== undefined;
    const state = { digest: digestOf(content), time: timeOf(Buffer.from(content).toString('utf8')) };
    states.set(settings.id, problem === undefined && isVouchedFor ? await remember(session, name, state) : state);
  }
  if (problems.length > 0) throw new HewError(problems);
  return states;
}

const weak = (id: string, reason: string): Problem => ({
  code: 'metadata-weak',
  message: `the metadata of repository ${id} cannot be trusted: ${reason}`,
  subject: { kind: 'repository', name: id },
  hint: 'ask the owner of the repository for a signature with SHA-256 or better, or for a metalink with sha256 or sha512',
});

async function refusedSignature(session: DnfSession, settings: Repository, signature: string): Promise<Problem | undefined> {
  const { fs } = session.host;
  if ((await fs.status(signature)) === undefined) return stranger(settings.id, 'it bears no signature');
  const weakness = weakSignature(await fs.readBytes(signature));
  if (weakness !== undefined) return weak(settings.id, weakness);
  const refusal = await signatureRefusal(session, settings);
  return refusal === undefined ? undefined : stranger(settings.id, refusal);
}

const stranger = (id: string, reason: string): Problem => ({
  code: 'signature',
  message: `the metadata of repository ${id} is not signed by a key of its own: ${reason}`,
  subject: { kind: 'repository', name: id },
  hint: 'check `gpgkey` of the repository; without the right key nothing from it is installed',
});

const WEAK = ['MD5', 'SHA-1', 'RIPEMD-160'];

/** Why a signature does not count although its key is right. */
export function weakSignature(signature: Uint8Array): string | undefined {
  const hashes = attempt(() => signatureHashes(signature));
  if (!hashes.ok) return `its signature cannot be read: ${hashes.reason}`;
  const weak = hashes.value.find((hash) => WEAK.includes(hash) || hash.startsWith('hash algorithm'));
  return weak === undefined ? undefined : `its signature uses ${weak}`;
}

/** Whether a metalink names content by a digest that cannot be forged: RFC 5854, section 4.2.5. */
export const isNamedBy = (metalink: string, content: Uint8Array): boolean =>
  [...metalink.matchAll(/<hash\s+type="(sha-?(?:256|512))"\s*>\s*([0-9a-f]+)\s*</gi)].some(([, kind = '', digest = '']) =>
    createHash(kind.toLowerCase().replace('-', '')).update(content).digest('hex') === digest.toLowerCase());

/** The newest time in a repomd.xml, as yum and dnf compare them. */
export const timeOf = (repomd: string): number =>
  Math.max(0, ...[...repomd.matchAll(/<timestamp>(\d{1,12})(?:\.\d+)?<\/timestamp>/g)].map(([, seconds]) => Number(seconds)));

/** Keeps the newest time of each repository in the cache, and says where an earlier build saw a newer one. */
async function remember({ host, paths }: DnfSession, name: string, state: RepositoryState): Promise<RepositoryState> {
  const file = posix.join(paths.hewCache, 'repositories', name);
  const seen = Number((await host.fs.readTextIfThere(file)) ?? 0);
  if (seen > state.time && state.time > 0) return { ...state, seen };
  // A read-only cache remembers nothing.
  if (state.time !== seen) await host.fs.replace(file, String(state.time)).catch(() => {});
  return state;
}

/** A sentence for each repository whose metadata is older than what an earlier build saw. */
export const describeOlder = (states: ReadonlyMap<string, RepositoryState>): readonly Problem[] =>
  [...states].flatMap(([id, { time, seen }]) => (seen === undefined ? [] : [{
    code: 'metadata-older',
    message: `repository ${id} offers metadata of ${dateOf(time)}, and an earlier build saw that of ${dateOf(seen)}`,
    subject: { kind: 'repository', name: id } as const,
    hint: 'a mirror lags behind, or somebody keeps updates from you: try again later, or another mirror',
  }]));

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.000Z$/, 'Z');
