import { authorityNotes, chainFaults, describeSignatures } from '../../boot/efi/chain.ts';
import type { BootFacts } from '../boot-facts.ts';
import { judge, notApplicable, of, type Finding, type Rule } from './rule.ts';

/** A rule on signatures from the firmware to the kernel. Machines enforce them unless told not to: a warning. */
export const secureBootRule = (id: string, rest: Pick<Rule, 'title' | 'remedy' | 'source'>): Rule =>
  ({ id, severity: 'warning', check: of('boot', checkChain), ...rest });

function checkChain({ removable, programs }: BootFacts): Finding {
  if (removable === undefined) return notApplicable('there is no EFI loader');
  const good = [`${removable.path} is ${describeSignatures(removable)}, and what it starts by whom it trusts`, ...authorityNotes(removable)];
  return judge(chainFaults(removable, programs), good.join('; '));
}
