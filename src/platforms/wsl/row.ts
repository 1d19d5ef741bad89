import type { PlatformRow } from '../row.ts';

export const wsl = {
  id: 'wsl',
  label: 'WSL',
  needs: ['system', 'budget', 'no-passwords', 'no-resolver', 'foreign-kernel'],
  interests: [{ path: /^\/etc\/wsl(?:-distribution)?\.conf$/, text: true }, { path: /\.ico$/, text: true }],
} as const satisfies PlatformRow;
