import type { Emit } from '../events.ts';
import type { DnfSession, FetchedPackages } from '../packages/dnf5/index.ts';
import { readHeaders, withoutPackages } from '../packages/installed.ts';
import type { PackageDatabase } from '../packages/read-packages.ts';
import type { StepId, Target } from '../plan/types.ts';
import { readSetting } from '../settings.ts';
import { checkConfigured, checkDatabase } from './check-database.ts';
import { cleanRoot } from './clean.ts';
import { configureRoot } from './configure.ts';
import { leavePackageList, packagesToRemove, removePackages } from './distroless.ts';
import { writeFormatFiles } from './format-files.ts';
import { keepLevel } from './keep-level.ts';
import { installPackages } from './install.ts';

/** A finished root: the image gets all of it and nothing else. */
export interface Root extends PackageDatabase {
  /** Absolute path. */
  readonly path: string;
  readonly target: Target;
  /** Seconds since 1970: SOURCE_DATE_EPOCH, otherwise the build time of the newest package. */
  readonly epoch: number;
}

/** Runs one step of a plan, shown and timed. */
export type RunStep = <T>(step: StepId, work: (detail: (text: string) => void) => Promise<T>) => Promise<T>;

/** Installs, configures and cleans, in that order. */
export async function makeRoot(session: DnfSession, fetched: FetchedPackages, step: RunStep, emit: Emit): Promise<Root> {
  const { host, plan, target } = session;
  const notice = (message: string): void => emit({ kind: 'notice', message });
  const { installed, headers, epoch } = await step('install', async (detail) => {
    const verified = await readHeaders(host, fetched);
    const date = readSetting(host.env, 'SOURCE_DATE_EPOCH') ?? Math.max(0, ...verified.packages.map(({ buildTime }) => buildTime));
    const root = await installPackages(session, fetched, { epoch: date, detail, notice });
    await checkDatabase(session, root.path, verified);
    return { installed: root, headers: verified, epoch: date };
  });
  const checkOwnFiles = await step('configure', async () => {
    const check = await configureRoot(host, plan, installed, epoch, notice);
    await keepLevel(session, installed);
    await writeFormatFiles(host, plan, installed.path);
    return check;
  });
  return step('clean', async (detail) => {
    const database = await checkConfigured(session, installed.path, headers, notice);
    const removed = packagesToRemove(plan.packages.removeAfterInstall, database.packages);
    await removePackages(host, plan, installed.path, removed);
    const { packages, records } = withoutPackages(database, removed);
    await leavePackageList(host, plan, installed.path, packages, epoch);
    await cleanRoot(host, plan, installed.path);
    await checkOwnFiles();
    detail(`${packages.length} packages`);
    return { path: installed.path, target, packages, owners: database.owners, records, epoch };
  });
}
