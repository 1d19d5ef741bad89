import type { IsaRow } from './row.ts';

export const AARCH64 = {
  levels: ['baseline'],
  names: { node: 'arm64', oci: 'arm64', systemd: 'arm64', multiarch: 'aarch64-linux-gnu' },
  elfMachine: 183,
  peMachine: 0xaa64,
  // An Image, compressed or not: https://docs.kernel.org/arch/arm64/booting.html
  isKernel: (head) => head.toString('latin1', 56, 60) === 'ARM\u0064' || head.readUIntBE(0, 3) === 0x1f8b08,
  loader: '/lib/ld-linux-aarch64.so.1',
  partitionTypes: {
    'root': 'b921b045-1df0-41c3-af44-4c6f280d3fae',
    'root-verity': 'df3300ce-d69f-4c92-978c-9bfb0f38d820',
    'usr': 'b0e01050-ee5f-4390-949a-9101b17104e9',
    'usr-verity': '6e11a4e7-fbca-4ded-b9e9-e1a512bb664e',
  },
  efi: { short: 'aa64', removable: 'EFI/BOOT/BOOTAA64.EFI', grub: 'arm64-efi' },
  console: 'ttyAMA0',
  qemu: undefined,
} as const satisfies IsaRow;
