import { posix } from 'node:path';

import { HewError, ToolError, type Problem } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import type { Finished } from '../../host/port.ts';
import type { Lag, RepositoryExcludes } from '../../isa/lag.ts';
import type { Plan } from '../../plan/types.ts';
import { findLags } from './available.ts';
import { runDnf, type DnfCall, type DnfSession } from './session.ts';
import { localPaths, type VisiblePackages } from './settings.ts';
import { withoutKeptOutGroups } from './environments.ts';
import { explainDnfFailure } from './errors.ts';
import { findHwcaps } from './hwcaps.ts';
import type { ChosenPackage, FetchedPackage, Lock } from '../lock.ts';
import { fetchModules, moduleFiles, viewModules } from './modules.ts';
import { keepPackages } from './package-cache.ts';
import { checkMetadata, type RepositoryState } from './repository-metadata.ts';
import { openStore, pinStored, type PackageStore } from './stored-transaction.ts';
import { parseTransaction } from './transaction.ts';

/** What dnf5 chose, and from what. */
export interface Resolution<T extends ChosenPackage> {
  readonly packages: readonly T[];
  /** What of it is older in the level's own build than in another that was taken instead. */
  readonly lags: readonly Lag[];
  /** Requested packages that no repository has, if the definition allows that. */
  readonly missing: readonly string[];
  /** What it was resolved from, by repository id; a lock whose packages are at hand needs none. */
  readonly metadata: ReadonlyMap<string, RepositoryState>;
}

/** A lock whose RPM files lie at hand. */
export interface FetchedPackages extends Omit<Resolution<FetchedPackage>, 'packages'> {
  readonly lock: Lock;
  /** Folder of dnf5's stored transaction: `transaction.json` and `packages/`. */
  readonly folder: string;
}

/** The command of dnf5 that resolves, fetches and stores, installing nothing. */
export const resolveCommand = (plan: Plan, store: string, local: readonly string[] = []): string[] => [
  'install',
  // Behind the word `install`: in front of it dnf5 takes the option for another command's.
  `--store=${store}`,
  ...requested(plan, local),
];

/** What dnf5 is asked to install. */
export const requested = ({ packages }: Plan, local: readonly string[]): string[] => [
  ...(packages.ignoreMissing ? ['--skip-unavailable'] : []),
  ...packages.install,
  ...local,
];

/**
 * Resolves what the plan asks for, fetches it and pins it. `only` names the builds that may be chosen; without it the
 * newest ones are. The files are checked by dnf5 against the repositories' metadata as they come in, and hashed here
 * for the lock. Throws `HewError` with dnf5's reason cut to what matters.
 */
export async function resolvePackages(
  session: DnfSession, visible: Pick<VisiblePackages, 'only' | 'best'>, detail: (text: string) => void,
): Promise<FetchedPackages> {
  const { host, plan, target, paths } = session;
  const store = await openStore(host, plan, target);
  const { packages, ...about } = await resolveWith(session, visible, {
    command: (wanted) => resolveCommand(wanted, store.transaction, store.localFiles),
    call: { write: [store.folder], onLine: (line) => progressOf(line, detail) },
    before: () => host.fs.remove(store.transaction),
    read: async () => pinStored(host, store, parseTransaction(await host.fs.readText(posix.join(store.transaction, 'transaction.json')))),
    keep: (list) => keepPackages(host, paths.cache, target, store.transaction, list),
  });
  detail(`${packages.length} packages, ${formatBytes(packages.reduce((sum, { size }) => sum + size, 0))}`);
  return { ...fetchedPackages(store, packages), ...about };
}

/** How dnf5 is asked what it would install, and how its answer is read. */
export interface Asking<T extends ChosenPackage> {
  readonly command: (wanted: Plan) => readonly string[];
  readonly call: Pick<DnfCall, 'attempt' | 'read' | 'write' | 'onLine'>;
  /** Clears away what an earlier answer left. */
  readonly before?: () => Promise<void>;
  readonly read: (answer: Finished) => Promise<readonly T[]>;
  /** Keeps the packages of an answer, once the metadata that it came from is known to be good. */
  readonly keep?: (packages: readonly T[]) => Promise<void>;
}

/** Resolves what the plan asks for in one way of asking dnf5: with lags, modules, groups and libraries of levels in mind. */
export async function resolveWith<T extends ChosenPackage>(
  session: DnfSession, { only, best = true }: Pick<VisiblePackages, 'only' | 'best'>, { command, call, before = async () => {}, read, keep = async () => {} }: Asking<T>,
): Promise<Resolution<T>> {
  await refuseMissingFolders(session);
  try {
    // Builds that are named were chosen with lags and modules in mind.
    const { lags, excludes } = only === undefined ? await findLags(session) : { lags: [], excludes: [] };
    const groups = await withoutKeptOutGroups(session);
    const missing = new Set<string>();
    const install: Install = async (wanted, hidden) => {
      await before();
      return withFilelists((filelists) => runDnf(session, command(wanted), {
        ...call,
        visible: { hidden: [...excludes, ...hidden], only, best, filelists },
        onLine: (line, from) => {
          call.onLine?.(line, from);
          const name = /^No match for argument: (.+)$/.exec(line)?.[1];
          if (name !== undefined) missing.add(name);
        },
      }));
    };
    const resolve = async (further: readonly string[]): Promise<readonly T[]> => {
      const wanted = { ...groups, packages: { ...groups.packages, install: [...groups.packages.install, ...further] } };
      return read(only === undefined ? await resolveModules({ ...session, plan: wanted }, install) : await install(wanted, []));
    };
    const plain = await resolve([]);
    const metadata = await checkMetadata(session);
    await keep(plain);
    const libraries = await findHwcaps(session, plain, only);
    const packages = libraries.length === 0 ? plain : await resolve(libraries);
    if (packages !== plain) await keep(packages);
    const names = new Set(packages.map(({ name }) => name));
    return { packages, lags: lags.filter(({ name }) => names.has(name)), missing: [...missing], metadata };
  } catch (error) {
    throw await explainDnfFailure(session, error);
  }
}

type Install = (wanted: Plan, hidden: readonly RepositoryExcludes[]) => Promise<Finished>;

/**
 * Installs with the packages of module streams hidden that are not active. Which there are is known once metadata is at
 * hand: if they changed, the result is discarded and resolved again.
 */
async function resolveModules(session: DnfSession, install: Install): Promise<Finished> {
  await fetchModules(session);
  const files = await moduleFiles(session);
  const view = await viewModules(session, files);
  const finished = await install(view.plan, view.hidden);
  const now = await moduleFiles(session);
  if (now.join() === files.join()) return finished;
  const other = await viewModules(session, now);
  return install(other.plan, other.hidden);
}

/** The lists of all files are large, and few packages require a file that is not in the short list: fetched when one does. */
async function withFilelists(install: (filelists: boolean) => Promise<Finished>): Promise<Finished> {
  try {
    return await install(false);
  } catch (error) {
    if (!(error instanceof ToolError) || !/nothing provides \/\S+ needed by/.test(`${error.stdout}\n${error.stderr}`)) throw error;
    return install(true);
  }
}

/** Folders of this machine are shown to dnf5 one by one, and cannot be where they are not there. */
async function refuseMissingFolders(session: DnfSession): Promise<void> {
  const { host, target } = session;
  const problems: Problem[] = [];
  for (const repository of target.repositories) {
    for (const path of localPaths({ ...session, target: { ...target, repositories: [repository] } })) {
      if ((await host.fs.status(path)) !== undefined) continue;
      const { id } = repository.settings;
      const reason = `${path} is not there`;
      problems.push({
        code: 'repository-unreachable',
        message: `repository ${id} could not be read (a folder of this machine): ${reason}`,
        subject: { kind: 'repository', name: id },
        reason,
        hint: 'check its address',
      });
    }
  }
  if (problems.length > 0) throw new HewError(problems);
}

/** Packages in a store, as a value. */
export const fetchedPackages = (
  store: Pick<PackageStore, 'transaction'>, packages: readonly FetchedPackage[],
): FetchedPackages => ({ lock: { packages }, lags: [], missing: [], metadata: new Map(), folder: store.transaction });

/** `[12/55] bash-0:5.3-2.x86_64   100% | 20.1 MiB/s | 1.8 MiB | 00m00s` */
function progressOf(line: string, detail: (text: string) => void): void {
  const match = /^\[\s*(\d+)\/(\d+)\]\s+(\S+)\s.*\|\s*([\d.]+\s*[KMG]?i?B)\s*\|/.exec(line);
  if (match !== null && match[3] !== 'Total') detail(`package ${match[1]} of ${match[2]}: ${match[3]}, ${match[4]}`);
}
