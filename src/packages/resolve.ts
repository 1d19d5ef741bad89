import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { HewError } from '../errors.ts';
import { digestOfValue } from '../digest.ts';
import type { Lag } from '../hardware/lag.ts';
import type { Host } from '../host/port.ts';
import type { Plan, Target } from '../plan/types.ts';
import { findLags } from './available.ts';
import { dnfEnvironment, dnfFiles, dnfOptions, localPaths, type DnfPaths } from './dnf5-settings.ts';
import { explainDnfFailure } from './dnf5-errors.ts';
import type { RepositoryKeys } from './keys.ts';
import type { Lock, LockedPackage } from './lock.ts';
import { checkFetched } from './lock-check.ts';
import { parseTransaction, type ChosenPackage } from './transaction.ts';

/** A lock whose RPM files lie at hand. */
export interface FetchedPackages {
  readonly lock: Lock;
  /** What of it is older in the level's own build than in another that was taken instead. */
  readonly lags: readonly Lag[];
  /** Folder of dnf5's stored transaction: `transaction.json` and `packages/`. */
  readonly folder: string;
}

/** Arguments of the dnf5 call that resolves, fetches and stores, installing nothing. Pure. */
export const resolveArguments = (plan: Plan, store: string, root: string, paths: DnfPaths): string[] => [
  ...dnfOptions(plan, root, paths),
  'install',
  // Behind the word `install`: in front of it dnf5 takes the option for another command's.
  `--store=${store}`,
  ...(plan.packages.ignoreMissing ? ['--skip-unavailable'] : []),
  ...plan.packages.install,
  ...plan.packages.local,
];

/**
 * Resolves what the plan asks for, or exactly what was locked for it, fetches it and pins it. The files are checked by dnf5 against the repositories'
 * metadata as they come in, and hashed here for the lock. Throws `HewError` with dnf5's reason cut to what matters.
 */
export async function resolvePackages(
  host: Host,
  plan: Plan,
  target: Target,
  keys: RepositoryKeys,
  locked: readonly LockedPackage[] | undefined,
  detail: (text: string) => void,
): Promise<FetchedPackages> {
  const paths = dnfPaths(host);
  const folder = await host.makeWorkFolder(`packages-${target.level}`, 0);
  const scratch = await host.makeWorkFolder(`scratch-${target.level}`, 0);
  const store = posix.join(folder, 'transaction');
  await host.fs.remove(store);
  await host.fs.makeFolder(paths.cache);
  try {
    await writeSettings(host, dnfFiles(plan, target, keys, paths, { only: locked }));
    // What was locked was chosen with the lags in mind.
    const nothing = { lags: [], excludes: [] };
    const { lags, excludes } =
      locked === undefined ? await findLags(host, plan, target, paths, needsNetwork(target)) : nothing;
    if (excludes.length > 0) await writeSettings(host, dnfFiles(plan, target, keys, paths, { hidden: excludes }));
    await host.run(
      {
        // One at a time: two dnf5 that write one cache folder see each other's half-written files.
        tool: 'flock',
        args: [posix.join(paths.cache, 'lock'), 'dnf5', ...resolveArguments(plan, store, scratch, paths)],
        env: dnfEnvironment(paths),
        view: {
          network: needsNetwork(target),
          read: [paths.settings, ...localPaths(target, paths.hewCache), ...plan.packages.local],
          write: [paths.cache, folder, scratch],
        },
      },
      { onLine: (line) => progressOf(line, detail) },
    );
    const chosen = parseTransaction(await host.fs.readText(posix.join(store, 'transaction.json')));
    const packages = await pin(host, store, chosen);
    const departures = locked === undefined ? [] : checkFetched(locked, packages);
    if (departures.length > 0) throw new HewError(departures);
    const content = { plan: plan.digest, packages };
    const names = new Set(packages.map(({ name }) => name));
    return {
      lock: { ...content, digest: digestOfValue(content) },
      lags: lags.filter(({ name }) => names.has(name)),
      folder: store,
    };
  } catch (error) {
    const explained = await explainDnfFailure(host, error, plan, target, paths);
    throw locked === undefined ? explained : explainLocked(explained);
  }
}

/** With a lock, a package that cannot be had is one that the repositories no longer offer as it was locked. */
function explainLocked(error: unknown): unknown {
  const codes = ['package-excluded', 'package-not-found', 'conflict'];
  if (!(error instanceof HewError) || !codes.includes(error.code)) return error;
  return new HewError(
    error.problems.map(({ message }) => ({
      code: 'lock-missing',
      message: `what was locked cannot be had: ${message}`,
      hint: 'its repository may have dropped it; resolve anew with `hew lock --update`',
    })),
    { cause: error },
  );
}

async function writeSettings(host: Host, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, content] of files) await host.fs.write(path, content);
}

/** Where dnf5's settings and caches lie on this machine. */
export const dnfPaths = (host: Host): DnfPaths => ({
  settings: posix.join(host.paths.work, 'dnf'),
  cache: posix.join(host.paths.cache, 'packages'),
  hewCache: host.paths.cache,
});

/** Whether any of the target's repositories lies behind a network. Pure. */
export const needsNetwork = (target: Target): boolean =>
  target.repositories.some(({ settings }) =>
    [...settings.baseurl, settings.metalink ?? '', settings.mirrorlist ?? ''].some((url) =>
      /^(https?|ftp):/.test(url),
    ),
  );

/** `[12/55] bash-0:5.3-2.x86_64   100% | 20.1 MiB/s | 1.8 MiB | 00m00s` */
function progressOf(line: string, detail: (text: string) => void): void {
  const match = /^\[\s*(\d+)\/(\d+)\]\s+(\S+)\s.*\|\s*([\d.]+\s*[KMG]?i?B)\s*\|/.exec(line);
  if (match !== null && match[3] !== 'Total') detail(`package ${match[1]} of ${match[2]}: ${match[3]}, ${match[4]}`);
}

async function pin(host: Host, store: string, chosen: readonly ChosenPackage[]): Promise<readonly LockedPackage[]> {
  const packages: LockedPackage[] = [];
  for (const entry of chosen) {
    const hash = createHash('sha256');
    let size = 0;
    await pipeline(host.fs.createReadStream(posix.join(store, entry.file)), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
        size += chunk.byteLength;
        hash.update(chunk);
      }
    });
    packages.push({ ...entry, sha256: hash.digest('hex'), size });
  }
  return packages;
}
