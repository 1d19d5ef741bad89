import { posix } from 'node:path';

import { HewError, type Problem } from '../errors.ts';
import type { Host } from '../host/port.ts';
import type { DnfSession } from '../packages/dnf5/index.ts';
import { compareDatabases, databaseProblems } from '../packages/compare-databases.ts';
import { readDatabase } from '../packages/installed.ts';
import type { PackageDatabase } from '../packages/read-packages.ts';
import type { Plan } from '../plan/types.ts';
import { DATABASE_TRACES } from './clean.ts';

/**
 * Compares a root's package database with the headers of the packages that were verified and installed. Evidence
 * describes those headers, and a scriptlet can write anything into the database. Throws `HewError` with each package
 * that vanished, appeared or changed.
 */
export async function checkDatabase({ host, plan }: Pick<DnfSession, 'host' | 'plan'>, root: string, installed: PackageDatabase): Promise<void> {
  const problems = databaseProblems(compareDatabases(installed, await requireDatabase(host, plan, root)));
  if (problems.length > 0) throw new HewError(problems);
}

/**
 * The packages of a root after its configuration and the scripts of its definition. Scripts may remove packages, which is
 * reported. The rest must be as installed and nothing may be added, otherwise this throws `HewError`: evidence must not
 * describe a package that nobody verified.
 */
export async function checkConfigured(
  { host, plan }: DnfSession, root: string, installed: PackageDatabase, notice: (message: string) => void,
): Promise<PackageDatabase> {
  const { scripts } = plan.configuration;
  if (scripts.length === 0) {
    await checkDatabase({ host, plan }, root, installed);
    return installed;
  }
  const found = await requireDatabase(host, plan, root);
  const { vanished, appeared, changed } = compareDatabases(installed, found);
  const names = scripts.map(({ name }) => name).join(', ');
  const problems = [
    ...databaseProblems({ vanished: [], appeared: [], changed }),
    ...appeared.map((nevra): Problem => ({
      code: 'package-unverified',
      message: `a script of the definition (${names}) added the package ${nevra}, whose signature hew did not verify`,
      hint: 'name it in `packages.install`, or its file in `packages.local`, instead of installing it in the script',
    })),
  ];
  if (problems.length > 0) throw new HewError(problems);
  for (const nevra of vanished) notice(`a script of the definition removed the package ${nevra}`);
  return found;
}

/**
 * Compares the database once more after the last program of the image that can write to the root: those that make it
 * bootable could edit the database too. Does nothing if the image keeps no database.
 */
export async function checkFinished(host: Host, plan: Plan, root: PackageDatabase & { readonly path: string }): Promise<void> {
  if (!keepsDatabase(plan)) return;
  const files = host.inside(root.path);
  // A journal beside the database would change what the running system reads.
  for (const name of DATABASE_TRACES) await files.remove(posix.join(plan.distribution.dbpath, name));
  await checkDatabase({ host, plan }, root.path, root);
}

/** Whether the database stays in the image. */
export const keepsDatabase = ({ packages: { database } }: Pick<Plan, 'packages'>): boolean => database === 'rpmdb' || database === 'both';

async function requireDatabase(host: Host, { distribution: { dbpath } }: Plan, root: string): Promise<PackageDatabase> {
  const found = await readDatabase(host, root, dbpath);
  if (found !== undefined) return found;
  throw new HewError({
    code: 'database-missing',
    message: `the image has no package database in ${dbpath} that is a plain file, although packages were installed`,
    hint: 'a scriptlet of a package removed or moved it; look at the root with --keep-root',
  });
}
