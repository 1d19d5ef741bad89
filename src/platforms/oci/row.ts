import type { PlatformRow } from '../row.ts';

export const oci = {
  id: 'oci',
  label: 'OCI',
} as const satisfies PlatformRow;
