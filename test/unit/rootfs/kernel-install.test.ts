import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { removeMadeBootFiles } from '../../../src/rootfs/kernel-install.ts';
import { testRoot } from './system/support.ts';

it('leaves no initrd and no boot entry that a scriptlet of a kernel package made', async () => {
  const id = '67251a2f0b5c4d7e8f9a0b1c2d3e4f50';
  const { system, root } = testRoot({
    'boot/vmlinuz-4.18.0-348.el8.x86_64': '', 'boot/config-4.18.0-348.el8.x86_64': '', 'boot/initramfs-4.18.0-348.el8.x86_64.img': '',
    [`boot/initramfs-0-rescue-${id}.img`]: '', [`boot/vmlinuz-0-rescue-${id}`]: '', [`boot/loader/entries/${id}-4.18.0.conf`]: 'linux /root-baseline/boot/vmlinuz',
    [`boot/efi/${id}/4.18.0/initrd`]: '', 'boot/efi/EFI/redhat/shimx64.efi': '', 'boot/grub2/grub.cfg': '',
  });
  const { host } = system();
  await removeMadeBootFiles(host.inside(root));
  expect(readdirSync(join(root, 'boot'), { recursive: true }).sort()).toEqual([
    'config-4.18.0-348.el8.x86_64', 'efi', 'efi/EFI', 'efi/EFI/redhat', 'efi/EFI/redhat/shimx64.efi', 'grub2', 'grub2/grub.cfg', 'loader', 'loader/entries',
    'vmlinuz-4.18.0-348.el8.x86_64',
  ]);
});
