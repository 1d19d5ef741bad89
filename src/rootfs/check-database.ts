import { HewError } from '../errors.ts';
import type { DnfSession } from '../packages/dnf5/session.ts';
import { compareDatabases, databaseProblems } from '../packages/compare-databases.ts';
import { readDatabase, type PackageDatabase } from '../packages/installed.ts';

/**
 * Compares a root's package database with the headers of the packages that were verified and installed. Evidence
 * describes those headers, and a scriptlet can write anything into the database. Throws `HewError` with each package
 * that vanished, appeared or changed.
 */
export async function checkDatabase(session: DnfSession, root: string, installed: PackageDatabase): Promise<void> {
  const problems = databaseProblems(compareDatabases(installed, await requireDatabase(session, root)));
  if (problems.length > 0) throw new HewError(problems);
}

/**
 * The packages of a root after the scripts of its definition. Scripts may remove and add packages, which is reported.
 * The rest must be as installed, otherwise this throws `HewError`.
 */
export async function afterScripts(
  session: DnfSession, root: string, installed: PackageDatabase, notice: (message: string) => void,
): Promise<PackageDatabase> {
  if (session.plan.configuration.scripts.length === 0) return installed;
  const found = await requireDatabase(session, root);
  const { vanished, appeared, changed } = compareDatabases(installed, found);
  if (changed.length > 0) throw new HewError(databaseProblems({ vanished: [], appeared: [], changed }));
  for (const nevra of vanished) notice(`a script of the definition removed the package ${nevra}`);
  for (const nevra of appeared) notice(`a script of the definition added the package ${nevra}: hew did not verify it`);
  return found;
}

async function requireDatabase({ host, plan }: DnfSession, root: string): Promise<PackageDatabase> {
  const { dbpath } = plan.distribution;
  const found = await readDatabase(host, root, dbpath);
  if (found !== undefined) return found;
  throw new HewError({
    code: 'database-missing',
    message: `the image has no package database in ${dbpath} that is a plain file, although packages were installed`,
    hint: 'a scriptlet of a package removed or moved it; look at the root with --keep-root',
  });
}
