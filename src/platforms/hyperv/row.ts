import type { PlatformRow } from '../row.ts';

export const HYPERV_DRIVERS = [
  'hv_vmbus', 'hv_storvsc', 'hv_netvsc', 'hv_utils', 'hv_balloon', 'hyperv_keyboard', 'hid_hyperv', 'hyperv_drm',
  'hyperv_fb', 'pci_hyperv', 'mana', 'mlx5_core', 'mlx4_en',
] as const;

export const hyperv = {
  id: 'hyperv',
  label: 'Hyper-V',
  needs: ['bootable', 'swap-optional', 'system', 'budget', 'hyperv-guest'],
  // Generation 1 starts a VHD as well.
  formats: ['vhdx', 'vhd'],
  drivers: HYPERV_DRIVERS,
} as const satisfies PlatformRow;
