/**
 * What platforms ask of images in common. Each is a set of rules: `verify/rules/capabilities.ts` names them. A platform
 * lists those that it needs in its row; what it alone asks for stands in its own `rules.ts`.
 */
export const CAPABILITIES = {
  'bootable': 'a disk that firmware starts: partitions, one root, an EFI system partition, a kernel',
  'swap-optional': 'no swap on the system disk, unless somebody means it',
  'system': 'an operating system that says what it is',
  'budget': 'sizes within the budget',
  'no-machine-id': 'no identity of one machine',
  'no-passwords': 'no account with a password',
  'no-resolver': 'no name servers of the builder',
  'generalised': 'nothing else that one machine or the build left behind',
  'hyperv-guest': 'drivers and daemons of a guest of Hyper-V',
  'container': 'nothing that only a machine needs',
  'foreign-kernel': 'no kernel, since the platform brings one',
} as const;

export type Capability = keyof typeof CAPABILITIES;
