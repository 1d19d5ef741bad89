import { HYPERV_DRIVERS } from '../hyperv/row.ts';
import type { PlatformRow } from '../row.ts';

export const azure = {
  id: 'azure',
  label: 'Azure',
  needs: ['bootable', 'system', 'budget', 'hyperv-guest', 'no-machine-id', 'no-passwords', 'no-resolver', 'generalised'],
  formats: ['vhd'],
  drivers: HYPERV_DRIVERS,
} as const satisfies PlatformRow;
