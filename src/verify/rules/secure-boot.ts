import { authorityNotes, chainFaults, describeSecureBoot, describeSignatures } from '../../boot/efi/chain.ts';
import type { BootFacts } from '../boot-facts.ts';
import type { ImageFacts } from '../facts.ts';
import { judge, notApplicable, of, type Finding, type Rule } from './rule.ts';

/**
 * A rule on signatures from the firmware to the kernel. Machines enforce them by default: a warning, an error
 * where the definition requires them, and nothing where it leaves it at what the distribution signed, as builds say.
 */
export const secureBootRule = (id: string, rest: Pick<Rule, 'title' | 'remedy' | 'source'>): Rule =>
  ({ id, severity: 'warning', isDemanded: ({ secureBoot }) => secureBoot === 'required', check: of('boot', checkChain), ...rest });

function checkChain({ removable, programs }: BootFacts, { expected: { secureBoot } }: ImageFacts): Finding {
  if (removable === undefined) return notApplicable('there is no EFI loader');
  if (secureBoot === 'off') return notApplicable('boot.secure-boot is "off"');
  const faults = chainFaults(removable, programs);
  if (faults.length > 0 && secureBoot === 'if-signed') return notApplicable(`boot.secure-boot is "if-signed", and ${describeSecureBoot(faults)}`);
  const good = [`${removable.path} is ${describeSignatures(removable)}, and it trusts the signers of what it starts`, ...authorityNotes(removable)];
  return judge(faults, good.join('; '));
}
