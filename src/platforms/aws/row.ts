import type { PlatformRow } from '../row.ts';

export const aws = {
  id: 'aws',
  label: 'AWS',
  needs: ['bootable', 'swap-optional', 'system', 'budget', 'no-machine-id', 'no-passwords', 'no-resolver', 'generalised'],
  // https://docs.aws.amazon.com/vm-import/latest/userguide/prerequisites.html
  formats: ['raw', 'vhd', 'vhdx', 'vmdk'],
  drivers: ['nvme', 'xen_blkfront'],
} as const satisfies PlatformRow;
