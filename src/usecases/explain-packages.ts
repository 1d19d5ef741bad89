import { HewError } from '../errors.ts';
import { didYouMean } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { openSession } from '../packages/dnf5/session.ts';
import { readRequirements } from '../packages/requirements.ts';
import { resolvePackages } from '../packages/dnf5/resolve.ts';
import type { ChosenPackage } from '../packages/dnf5/transaction.ts';
import type { Plan } from '../plan/types.ts';

/** A package of the result, and why it is there. */
export interface PackageReasons extends ChosenPackage {
  /** Names of the packages that require it, sorted. */
  readonly neededBy: readonly string[];
}

/**
 * Resolves a plan and says for each package whether it was requested, or which others need it. Installs nothing. Throws
 * `HewError` when `only` is not in the result.
 */
export async function explainPackages(host: Host, plan: Plan, only?: string): Promise<readonly PackageReasons[]> {
  const reasons: PackageReasons[] = [];
  for (const target of plan.targets) {
    const fetched = await resolvePackages(await openSession(host, plan, target), {}, () => undefined);
    const neededBy = await readRequirements(host, fetched);
    reasons.push(...fetched.lock.packages.map((entry) => ({ ...entry, neededBy: neededBy.get(entry.name) ?? [] })));
  }
  const chosen = only === undefined ? reasons : reasons.filter(({ name }) => name === only);
  if (chosen.length > 0 || only === undefined) return chosen;
  throw new HewError({
    code: 'package-not-in-image',
    message: `${plan.image.name} would not contain \`${only}\``,
    hint: didYouMean(only, reasons.map(({ name }) => name)) ?? 'list all with --resolve',
  });
}
