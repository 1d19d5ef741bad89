import type { Capability } from '../../platforms/rows.ts';
import { CONTAINER_RULES, NO_KERNEL_RULE } from './container.ts';
import { DISK_RULES, OPTIONAL_SWAP_RULE } from './disk.ts';
import { LEFTOVER_RULES, MACHINE_ID_RULE, PASSWORDS_RULE, RESOLVER_RULE } from './generalised.ts';
import type { Rule } from './rule.ts';
import { BOOTED_SYSTEM_RULES, OS_RELEASE_RULE, SIZE_RULES } from './system.ts';

/** The rules of each capability that platforms need. */
export const CAPABILITY_RULES: Readonly<Record<Capability, readonly Rule[]>> = {
  'bootable': [...DISK_RULES, ...BOOTED_SYSTEM_RULES],
  'swap-optional': [OPTIONAL_SWAP_RULE],
  'system': [OS_RELEASE_RULE],
  'budget': SIZE_RULES,
  'no-machine-id': [MACHINE_ID_RULE],
  'no-passwords': [PASSWORDS_RULE],
  'no-resolver': [RESOLVER_RULE],
  'generalised': LEFTOVER_RULES,
  'container': CONTAINER_RULES,
  'foreign-kernel': [NO_KERNEL_RULE],
};
