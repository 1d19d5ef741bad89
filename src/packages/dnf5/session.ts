import { posix } from 'node:path';

import { openCache, type Cache } from '../../cache/cache.ts';
import { ToolError } from '../../errors.ts';
import type { Finished, Host, RunOptions } from '../../host/port.ts';
import { packagesFor } from '../../plan/packages-for.ts';
import type { Plan, Target } from '../../plan/types.ts';
import { findCertificates, placedCertificates } from '../certificates.ts';
import { gatherKeys, type LockedKeys } from '../keys.ts';
import { targetName } from '../lock-request.ts';
import { keyringsFolder, makeKeyrings, WITH_KEYRINGS } from './metadata-keys.ts';
import { isRemote } from './package-cache.ts';
import { dnfPaths } from './paths.ts';
import { dnfEnvironment, dnfFiles, dnfOptions, localPaths, type VisiblePackages } from './settings.ts';
import type { DnfSession } from './types.ts';

export type { DnfSession } from './types.ts';

export interface SessionOptions {
  /** What a lock says about keys. */
  readonly locked?: LockedKeys | undefined;
  /** By default nothing is taken from earlier builds. */
  readonly cache?: Cache;
}

/**
 * Opens a session of one target: its plan asks for the packages of that architecture. Gathers the keys of its
 * repositories. Throws `HewError` as `gatherKeys` does.
 */
export async function openDnfSession(
  host: Host, wholePlan: Plan, asked: Target, { locked, cache = openCache(host, { emit: () => undefined }) }: SessionOptions = {},
): Promise<DnfSession> {
  const target = await findCertificates(host, asked);
  const plan = { ...wholePlan, packages: packagesFor(wholePlan, target.arch) };
  const paths = dnfPaths(host, target);
  const { files: keys, fingerprints, found } = await gatherKeys({ host, cache, folder: posix.join(paths.settings, 'keys') }, plan, target, locked);
  return { host, cache, plan, target, paths, keys, fingerprints, found };
}

/** What one call needs besides what all have. */
export interface DnfCall extends Pick<RunOptions, 'onLine'> {
  readonly visible?: VisiblePackages;
  /** Answers from metadata that an earlier call left, without a network. */
  readonly cacheOnly?: boolean;
  /** Resolves and goes no further; what would be installed is printed. */
  readonly attempt?: boolean;
  /** Paths that appear besides the repositories' folders. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** Arguments of dnf5 for a command of a session, in an installroot that stays empty. */
export const dnfArguments = (
  { plan, paths }: Pick<DnfSession, 'plan' | 'paths'>, root: string, command: readonly string[], { cacheOnly = false, attempt = false }: DnfCall = {},
): string[] => [
  attempt ? '--assumeno' : '--assumeyes',
  ...dnfOptions(plan, root, paths),
  ...(cacheOnly ? ['--cacheonly'] : []),
  ...command,
];

/**
 * Runs a command of dnf5 that reads repositories. Its settings are written again for each call, into the folder of the
 * target. Calls of all builds wait for one another: two dnf5 that write one cache folder see each other's half-written
 * files. Throws `ToolError` with what dnf5 printed.
 */
export async function runDnf(session: DnfSession, command: readonly string[], call: DnfCall = {}): Promise<Finished> {
  const { host, target, paths } = session;
  const { visible, cacheOnly = false, attempt = false, read = [], write = [], onLine } = call;
  await writeDnfSettings(host, dnfFiles(session, visible));
  await host.fs.makeFolder(paths.cache);
  const root = await host.makeWorkFolder(`scratch-${targetName(target)}`, 0);
  if (!cacheOnly) await makeKeyrings(session);
  const program = cacheOnly ? ['dnf5'] : ['sh', '-c', WITH_KEYRINGS, 'sh', paths.cache, keyringsFolder(session)];
  const finished = host.run(
    {
      tool: 'flock',
      args: [posix.join(paths.cache, 'lock'), ...program, ...dnfArguments(session, root, command, call)],
      env: dnfEnvironment(paths),
      view: {
        network: !cacheOnly && needsNetwork(target),
        read: [paths.settings, ...localPaths(session), ...read],
        write: [paths.cache, root, ...write],
        place: placedCertificates(target),
      },
    },
    onLine === undefined ? {} : { onLine },
  );
  return attempt ? finished.catch(answerOfAttempt) : finished;
}

/** dnf5 ends with 1 where the answer to its question is no, as where it fails. */
function answerOfAttempt(error: unknown): Finished {
  if (!(error instanceof ToolError) || error.status !== 1 || !error.stderr.concat(error.stdout).includes('Operation aborted by the user')) throw error;
  return { stdout: error.stdout, stderr: error.stderr, status: 1 };
}

/** Writes dnf5's settings again. */
export async function writeDnfSettings(host: Host, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, content] of files) await host.fs.write(path, content);
}

/** Whether any of the target's repositories lies behind a network. */
export const needsNetwork = (target: Target): boolean => target.repositories.some(isRemote);
