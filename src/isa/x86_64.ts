import type { IsaRow } from './row.ts';

export const X86_64 = {
  // x86-64 psABI 1.0, section 3.1.1; levels.ts has the requirements of each level.
  levels: ['baseline', 'v2', 'v3', 'v4'],
  names: { node: 'x64', oci: 'amd64', systemd: 'x86-64', multiarch: 'x86_64-linux-gnu' },
  elfMachine: 62,
  peMachine: 0x8664,
  // A bzImage: https://docs.kernel.org/arch/x86/boot.html
  isKernel: (head) => head.readUInt16LE(0x1fe) === 0xaa55 && head.toString('latin1', 0x202, 0x206) === 'HdrS',
  loader: '/lib64/ld-linux-x86-64.so.2',
  partitionTypes: {
    'root': '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
    'root-verity': '2c7357ed-ebd2-46d9-aec1-23d437ec2bf5',
    'usr': '8484680c-9521-48c6-9c11-b0720656f69e',
    'usr-verity': '77ff5f63-e7b6-4633-acf4-1565b864c0e6',
  },
  efi: { short: 'x64', removable: 'EFI/BOOT/BOOTX64.EFI', grub: 'x86_64-efi' },
  console: 'ttyS0',
  qemu: {
    user: 'qemu-x86_64',
    system: 'qemu-system-x86_64',
    // Secure Boot protects its variables by system management mode, which only q35 has.
    machines: { bios: 'pc', uefi: 'q35' },
    // The `.ms` stores have Microsoft's keys and enable Secure Boot.
    firmware: {
      'uefi': [
        { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
        { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
      ],
      'uefi-secure-boot': [
        { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' },
        { code: '/usr/share/edk2/ovmf/OVMF_CODE.secboot.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.secboot.fd' },
      ],
    },
  },
} as const satisfies IsaRow;
