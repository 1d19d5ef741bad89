import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import { packFiles } from '../archive.ts';
import { qcow2Arguments } from '../qcow2/write.ts';
import { convertByQemu } from '../qemu-img.ts';
import type { OutputOf } from '../rows.ts';
import type { ConvertRequest, DiskWriter } from '../writer.ts';
import { BOX_DISK } from './row.ts';

const GIB = 2 ** 30;

/** A box is a tar of the disk, its description and the settings that its machines begin with. */
async function writeBox(host: Host, _output: OutputOf<'vagrant'>, request: ConvertRequest): Promise<string> {
  const folder = await host.makeWorkFolder('vagrant', request.size);
  const disk = posix.join(folder, BOX_DISK);
  try {
    await host.fs.write(posix.join(folder, 'metadata.json'), boxMetadata(request.size));
    await host.fs.write(posix.join(folder, 'Vagrantfile'), vagrantfile(request.firmware ?? 'uefi'));
    // The box is compressed as a whole.
    await convertByQemu(host, request, disk, qcow2Arguments('none'));
    const file = `${request.target}.box`;
    await packFiles(host, { folder, names: ['metadata.json', 'Vagrantfile', BOX_DISK], format: 'gnu', epoch: request.epoch }, file);
    return file;
  } finally {
    await host.fs.remove(folder);
  }
}

const writer: DiskWriter<OutputOf<'vagrant'>> = { convert: writeBox };

/** https://github.com/vagrant-libvirt/vagrant-libvirt/blob/main/example_box/README.md. */
export const boxMetadata = (size: number): string =>
  `${JSON.stringify({ provider: 'libvirt', format: 'qcow2', virtual_size: Math.ceil(size / GIB) })}\n`;

/** Where distributions have UEFI firmware for QEMU. */
const FIRMWARE = ['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/x64/OVMF_CODE.4m.fd', '/usr/share/OVMF/OVMF_CODE.fd'];

/** Settings that a project's own Vagrantfile may change: https://vagrant-libvirt.github.io/vagrant-libvirt/configuration.html. */
export const vagrantfile = (firmware: 'uefi' | 'bios'): string => [
  'Vagrant.configure("2") do |config|',
  '  config.vm.provider :libvirt do |libvirt|',
  '    libvirt.disk_bus = "virtio"',
  ...(firmware === 'bios' ? [] : [
    '    libvirt.machine_type = "q35"',
    `    libvirt.loader = ${JSON.stringify(FIRMWARE)}.find { |path| File.exist?(path) }`,
  ]),
  '  end',
  'end',
  '',
].join('\n');

export default writer;
