import type { PlatformRow } from '../row.ts';

export const wsl = {
  id: 'wsl',
  label: 'WSL',
  needs: ['system', 'budget', 'no-passwords', 'no-resolver', 'foreign-kernel'],
  formats: ['wsl'],
} as const satisfies PlatformRow;
