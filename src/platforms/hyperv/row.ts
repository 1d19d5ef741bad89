import type { PlatformRow } from '../row.ts';

export const hyperv = {
  id: 'hyperv',
  label: 'Hyper-V',
} as const satisfies PlatformRow;
