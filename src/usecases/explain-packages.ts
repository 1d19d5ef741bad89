import { HewError } from '../errors.ts';
import { didYouMean } from '../definition/index.ts';
import type { Host } from '../host/port.ts';
import { describeOddKeys } from '../packages/describe-keys.ts';
import { choosePackages, openDnfSession } from '../packages/dnf5/index.ts';
import type { ChosenPackage } from '../packages/lock.ts';
import { readRequirements } from '../packages/requirements.ts';
import type { Plan } from '../plan/types.ts';

/** A package of the result, and what it is there for. */
export interface PackageReasons extends ChosenPackage {
  /** Names of the packages that require something of it, sorted. */
  readonly neededBy: readonly string[];
}

/**
 * Resolves a plan and says of each package whether it was asked for or which others need it. Fetches no package. What is
 * odd about the keys of its repositories goes to `say`.
 * Throws `HewError` when `only` names a package that is not in the result.
 */
export async function explainPackages(host: Host, plan: Plan, only: string | undefined, say: (message: string) => void): Promise<readonly PackageReasons[]> {
  const reasons: PackageReasons[] = [];
  for (const target of plan.targets) {
    const session = await openDnfSession(host, plan, target);
    for (const message of describeOddKeys(session.found)) say(message);
    const chosen = await choosePackages(session, {}, () => undefined);
    const neededBy = await readRequirements(session, chosen);
    reasons.push(...chosen.packages.map((entry) => ({ ...entry, neededBy: neededBy.get(entry.name) ?? [] })));
  }
  const chosen = only === undefined ? reasons : reasons.filter(({ name }) => name === only);
  if (chosen.length > 0 || only === undefined) return chosen;
  throw new HewError({
    code: 'package-not-in-image',
    message: `${plan.image.name} would not contain \`${only}\``,
    hint: didYouMean(only, reasons.map(({ name }) => name)) ?? 'list all with --resolve',
  });
}
