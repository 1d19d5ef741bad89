/**
 * What platforms demand in common. Each capability is a set of rules in `verify/rules/capabilities.ts`. A platform
 * lists those that it needs in its row; its own rules are in its `rules.ts`.
 */
export const CAPABILITIES = {
  'bootable': 'a disk that firmware boots: partitions, one root, an EFI system partition, a kernel',
  'swap-optional': 'no swap on the system disk, unless it is intended',
  'system': 'an operating system that identifies itself',
  'budget': 'sizes within the budget',
  'no-machine-id': 'no identity of one machine',
  'no-passwords': 'no account with a password',
  'no-resolver': 'no name servers of the builder',
  'generalised': 'nothing else that one machine or the build left behind',
  'container': 'nothing that only a machine needs',
  'foreign-kernel': 'no kernel, since the platform brings one',
} as const;

export type Capability = keyof typeof CAPABILITIES;
