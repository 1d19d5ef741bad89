import type { Interest, PlatformRow } from '../row.ts';

/** Drivers of a guest of Hyper-V. */
export const HYPERV_DRIVERS = [
  'hv_vmbus', 'hv_storvsc', 'hv_netvsc', 'hv_utils', 'hv_balloon', 'hyperv_keyboard', 'hid_hyperv', 'hyperv_drm',
  'hyperv_fb', 'pci_hyperv', 'mana', 'mlx5_core', 'mlx4_en',
] as const;

/** Integration services of a guest. */
export const HYPERV_DAEMONS: Interest = { path: /^\/usr\/s?bin\/(?:hyperv(?:kvp|vss|fcopy)d|hv_(?:kvp|vss|fcopy|fcopy_uio)_daemon)$/ };

export const hyperv = {
  id: 'hyperv',
  label: 'Hyper-V',
  needs: ['bootable', 'swap-optional', 'system', 'budget'],
  drivers: HYPERV_DRIVERS,
  udevRules: ['66-hv'],
  interests: [HYPERV_DAEMONS],
} as const satisfies PlatformRow;
