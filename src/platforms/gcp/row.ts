import type { PlatformRow } from '../row.ts';

export const gcp = {
  id: 'gcp',
  label: 'Google Cloud',
  needs: ['bootable', 'swap-optional', 'system', 'budget', 'no-machine-id', 'no-passwords', 'no-resolver', 'generalised'],
  drivers: ['virtio_pci', 'virtio_scsi', 'virtio_net', 'nvme'],
  interests: [{ path: /^\/usr\/s?bin\/google_guest_agent(?:_manager)?$/ }],
} as const satisfies PlatformRow;
