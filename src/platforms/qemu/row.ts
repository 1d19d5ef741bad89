import type { PlatformRow } from '../row.ts';

export const qemu = {
  id: 'qemu',
  label: 'QEMU',
} as const satisfies PlatformRow;
