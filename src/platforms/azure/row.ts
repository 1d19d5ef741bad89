import type { PlatformRow } from '../row.ts';

export const azure = {
  id: 'azure',
  label: 'Azure',
} as const satisfies PlatformRow;
