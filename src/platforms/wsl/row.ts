import type { PlatformRow } from '../row.ts';

export const wsl = {
  id: 'wsl',
  label: 'WSL',
} as const satisfies PlatformRow;
