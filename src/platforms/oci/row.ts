import type { PlatformRow } from '../row.ts';

export const oci = {
  id: 'oci',
  label: 'OCI',
  needs: ['budget', 'no-machine-id', 'foreign-kernel', 'container'],
} as const satisfies PlatformRow;
