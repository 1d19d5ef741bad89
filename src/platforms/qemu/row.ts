import type { PlatformRow } from '../row.ts';

export const qemu = {
  id: 'qemu',
  label: 'QEMU',
  needs: ['bootable', 'swap-optional', 'system', 'budget'],
  drivers: [
    'virtio_pci', 'virtio_mmio', 'virtio_blk', 'virtio_scsi', 'virtio_net', 'virtio_rng', 'virtio_console',
    'qemu_fw_cfg',
  ],
} as const satisfies PlatformRow;
