import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Contender } from './contender.ts';
import { enterTree, ESP_MIB, KERNEL_ARGUMENTS, peerTree, type PeerPlaces } from './peer-tree.ts';

/** What KIWI needs to make disks of RPM packages. */
const DEBIAN = [
  'kiwi', 'dnf5', 'rpm', 'createrepo-c', 'python3', 'libpython3-stdlib', 'qemu-utils', 'dosfstools', 'mtools', 'e2fsprogs',
  'gdisk', 'parted', 'fdisk', 'kpartx', 'rsync', 'mount', 'systemd', 'systemd-boot-tools', 'systemd-boot-efi',
  'systemd-repart', 'udev', 'kmod', 'tar', 'xz-utils', 'lsof', 'squashfs-tools', 'binutils',
];

/** KIWI has the image's own dracut make the initrd and its own bootctl place the loader. */
const BOOT_PACKAGES = ['dracut', 'systemd-boot', 'systemd-boot-unsigned'];

/**
 * Sets KIWI up to build a qcow2 disk of the same packages from the same repository. All packages come in its bootstrap
 * phase, with the tools' dnf5: the second phase would run the image's own, which does not see the repository. KIWI
 * attaches the disk to a loop device and mounts its partitions, so this takes real root.
 */
export async function kiwiDisk(places: PeerPlaces, diskMib: number): Promise<Contender> {
  const { cache, work } = places;
  const tree = await peerTree(cache, DEBIAN);
  rmSync(work, { recursive: true, force: true });
  for (const folder of ['bin', 'conf', 'cache', '.config/rpm']) mkdirSync(join(work, folder), { recursive: true });
  writeFileSync(join(work, 'conf/config.xml'), description(places, diskMib));
  // kpartx, the default, needs the device mapper.
  writeFileSync(join(work, 'conf/kiwi.yml'), 'mapper:\n  part_mapper: partx\n');
  // Debian's rpm makes accounts with groupadd, which the tree has not.
  writeFileSync(join(work, '.config/rpm/macros'), '%__systemd_sysusers /usr/bin/systemd-sysusers\n');
  const esp = knowsVfat() ? 'vfat' : 'ext4';
  if (esp !== 'vfat') writeFileSync(join(work, 'bin/mkdosfs'), MAKES_EXT4, { mode: 0o755 });
  const enter = enterTree(tree, places, [
    '--setenv', 'PATH', `${join(work, 'bin')}:/usr/sbin:/usr/bin`, '--dev-bind', '/dev', '/dev', '--bind', '/sys', '/sys',
    '--bind', join(work, 'cache'), '/var/cache',
    '--setenv', 'SYSTEMD_RELAX_ESP_CHECKS', '1', '--chdir', work,
  ]);
  const [program = '', ...args] = enter;
  // It prints its version and ends with 1.
  const version = /\d[\d.]*/.exec(spawnSync(program, [...args, 'kiwi-ng', '--version'], { encoding: 'utf8' }).stdout)?.[0];
  const build = [
    'kiwi-ng', '--config', join(work, 'conf/kiwi.yml'), 'system', 'build', '--description', join(work, 'conf'),
    '--target-dir', join(work, 'out'),
  ];
  return {
    name: `KIWI ${version}${esp === 'vfat' ? '' : ` (ESP as ${esp})`}`,
    // KIWI refuses a root that is there already.
    argv: [...enter, 'sh', '-c', 'rm -rf out && exec "$@"', 'sh', ...build],
    result: join(work, 'out/bench.x86_64-4.0.0.qcow2'),
  };
}

/**
 * KIWI mounts the ESP, and not every kernel knows vfat. There the ESP is made ext4 instead: the disk would not start,
 * but everything that costs time is done, and the name of the contender says it.
 */
const knowsVfat = (): boolean => readFileSync('/proc/filesystems', 'utf8').includes('vfat');
const MAKES_EXT4 = '#!/bin/sh\nfor device; do :; done\nexec mkfs.ext4 -q -F "$device"\n';

/** https://osinside.github.io/kiwi/image_description/elements.html */
const description = ({ sample, packages }: PeerPlaces, diskMib: number): string => `<?xml version="1.0" encoding="utf-8"?>
<image schemaversion="8.5" name="bench">
  <description type="system"><author>bench</author><contact>bench@example.com</contact><specification>bench</specification></description>
  <preferences>
    <version>4.0.0</version>
    <packagemanager>dnf5</packagemanager>
    <rpm-check-signatures>false</rpm-check-signatures>
    <rpm-excludedocs>true</rpm-excludedocs>
    <type image="oem" filesystem="ext4" firmware="uefi" format="qcow2" efipartsize="${ESP_MIB}" kernelcmdline="${KERNEL_ARGUMENTS}">
      <oemconfig><oem-resize>false</oem-resize></oemconfig>
      <size unit="M">${diskMib}</size>
      <bootloader name="systemd_boot" timeout="1"/>
    </type>
  </preferences>
  <repository type="rpm-md" alias="base"><source path="dir://${sample}/repos/base/x86_64"/></repository>
  <packages type="image"/>
  <packages type="bootstrap">
${[...packages, ...BOOT_PACKAGES].map((name) => `    <package name="${name}"/>`).join('\n')}
  </packages>
</image>
`;
