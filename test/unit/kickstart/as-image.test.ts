import { describe, expect, it } from 'vitest';

import { asImage } from '../../../src/kickstart/apply/as-image.ts';
import { valueOf } from './support.ts';

const image = (text: string, formats: readonly string[] = ['qcow2']) =>
  asImage(valueOf(`${text}%packages --nocore\nbash\n%end\n`), { name: 'My Server', formats });
const loaderOf = (packages: string, commands = '') =>
  asImage(valueOf(`${commands}%packages --nocore\n${packages}\n%end\n`), { name: 'x', formats: ['vhdx'] }).boot?.loader;

describe('a kickstart file as an image', () => {
  it('gets a name, a version and, for a disk, what Anaconda would choose', () => {
    expect(image('')).toMatchObject({
      name: 'my-server', version: '1', packages: { install: ['bash', 'kernel'] },
      disk: { partitions: [{ mount: '/boot/efi' }, { mount: '/', size: 'rest' }] },
    });
    expect(image('', ['oci'])).not.toHaveProperty('disk');
  });

  it('gives at least 4 GiB to what takes the rest, with the ESP that it adds', () => {
    const sizeOf = (text: string) => image(text).disk?.size;
    expect(sizeOf('part / --size=1 --grow\n')).toBe('4610MiB');
    expect(sizeOf('part /boot --size=1000\npart / --size=8000 --grow\n')).toBe('9514MiB');
    expect(sizeOf('part /boot/efi --fstype=efi --size=200\npart / --grow\n')).toBe('4298MiB');
    expect(sizeOf('part / --size=1000\n')).toBe('minimal');
  });

  it('keeps a swap partition', () => {
    expect(image('part swap --size=512\npart / --size=1024 --grow\n').disk?.partitions).toMatchObject([
      { mount: '/boot/efi' }, { mount: 'swap', size: '512MiB' }, { mount: '/' },
    ]);
  });

  it('is started by the GRUB whose package it names, unless it says otherwise', () => {
    expect(loaderOf('shim\ngrub2-efi')).toBe('grub2');
    expect(loaderOf('shim-x64\ngrub2-efi-x64')).toBe('grub2');
    expect(loaderOf('grub2-efi-x64-modules')).toBe('systemd-boot');
    expect(loaderOf('bash\n-grub2-efi-x64')).toBe('systemd-boot');
    expect(loaderOf('grub2-efi-x64', 'bootloader --sdboot\n')).toBe('systemd-boot');
    expect(loaderOf('bash', 'part biosboot --fstype=biosboot --size=1\npart / --size=900\n')).toBe('grub2');
  });
});
