import type { PlatformRow } from '../row.ts';

export const aws = {
  id: 'aws',
  label: 'AWS',
  needs: ['bootable', 'swap-optional', 'system', 'budget', 'no-machine-id', 'no-passwords', 'no-resolver', 'generalised'],
  drivers: ['nvme', 'xen_blkfront'],
} as const satisfies PlatformRow;
