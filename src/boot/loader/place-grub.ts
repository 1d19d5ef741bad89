import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Host, RootFiles } from '../../host/port.ts';
import { ISA } from '../../isa/rows.ts';
import { judgeSecureBoot } from '../efi/judge-secure-boot.ts';
import type { BootDisk } from '../types.ts';
import { builtInFolders, findGrubEfi, findShim } from './find-signed.ts';
import { makeGrubBios, readsEntries } from './grub-bios.ts';
import { writeKernelDigest } from './kernel-digest.ts';
import { takeOut, type LoaderInput, type PlacedLoader } from './loader-input.ts';
import { blsEntry, GRUB_ENVIRONMENT, grubConfig, grubRedirect, type BlsEntry } from './loader-config.ts';

/** GRUB for UEFI, behind shim where the image has one; it starts kernels of /boot by their loader entries. */
export async function placeGrubEfi(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const { root, index, settings, osRelease, folder } = input;
  const { efi } = ISA[root.target.arch];
  const { short, removable } = efi;
  const grub = findGrubEfi(index, efi, osRelease['ID'] ?? 'linux');
  if (grub === undefined) throw noGrub(`grub${short}.efi`, `grub2-efi-${short}`);
  const shim = findShim(index, efi);
  if (shim === undefined && settings['secure-boot'] === 'required') throw noShim();
  const taken = (path: string): Promise<string> => takeOut(host, input, path);
  const secureBootFaults = judgeSecureBoot(host, root.path, settings['secure-boot'], [
    ...(shim === undefined ? [] : [{ path: shim.shim, name: 'shim' } as const]),
    { path: grub.path, name: 'GRUB' },
    ...input.kernels.map(({ kernel }) => ({ path: kernel.image, name: 'kernel' } as const)),
  ]);
  const bytes = await host.fs.readBytes(await taken(grub.path));
  const boot = await fillBoot(host, input, Buffer.from(bytes).includes('blscfg'));
  const folders = [...new Set(['BOOT', grub.vendor, ...builtInFolders(bytes)])];
  const redirect = posix.join(folder, 'grub-redirect.cfg');
  await host.fs.write(redirect, grubRedirect(boot.uuid, boot.grubFolder));
  const first = shim === undefined ? grub.path : shim.shim;
  const besides = shim === undefined ? [] : [
    { path: `EFI/BOOT/grub${short}.efi`, source: await taken(grub.path) },
    { path: `EFI/${grub.vendor}/shim${short}.efi`, source: await taken(shim.shim) },
    ...(shim.mokManager === undefined ? [] : [{ path: `EFI/BOOT/mm${short}.efi`, source: await taken(shim.mokManager) }]),
  ];
  return {
    esp: [
      { path: removable, source: await taken(first) },
      ...besides,
      { path: `EFI/${grub.vendor}/grub${short}.efi`, source: await taken(grub.path) },
      ...folders.map((name) => ({ path: `EFI/${name}/grub.cfg`, source: redirect })),
    ],
    firstLoader: shim === undefined ? 'GRUB' : 'shim',
    secureBootFaults,
  };
}

/** GRUB for BIOS, in the two parts that go beside the partition table and into a partition of their own. */
export async function placeGrubBios(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const boot = await fillBoot(host, input, readsEntries(input.index));
  const bios = await makeGrubBios(host, input, grubRedirect(boot.uuid, boot.grubFolder));
  return { esp: [], bios, firstLoader: 'GRUB', secureBootFaults: undefined };
}

interface BootFolder {
  /** UUID of the file system that holds /boot. */
  readonly uuid: string;
  /** /boot/grub2 as that file system names it. */
  readonly grubFolder: string;
}

/** Puts kernels, initrds, their loader entries and the configuration of GRUB into /boot of the image. */
async function fillBoot(host: Host, input: LoaderInput, canReadEntries: boolean): Promise<BootFolder> {
  const { root, kernels, settings, osRelease, commandLine } = input;
  const files = host.inside(root.path);
  const { uuid, prefix } = bootFilesystem(input.disk);
  const entries: BlsEntry[] = [];
  for (const { kernel, initrd } of kernels) {
    const [linux, image] = [`vmlinuz-${kernel.version}`, `initramfs-${kernel.version}.img`];
    await keepKernel(files, kernel.image, `/boot/${linux}`);
    await files.copyIn(initrd, `/boot/${image}`, { mode: 0o600 });
    if (input.fips) await writeKernelDigest(files, linux);
    entries.push({
      title: osRelease['PRETTY_NAME'] ?? osRelease['NAME'] ?? 'Linux',
      version: kernel.version,
      linux: `${prefix}/${linux}`,
      initrd: `${prefix}/${image}`,
      options: commandLine,
      sortKey: osRelease['ID'] ?? 'linux',
    });
  }
  for (const entry of entries) {
    const path = `/boot/loader/entries/${entry.sortKey}-${entry.version}.conf`;
    await files.write(path, blsEntry(entry));
  }
  const written = canReadEntries ? undefined : entries;
  const config = grubConfig({ timeout: settings.timeout, bootUuid: uuid, entries: written });
  await files.write('/boot/grub2/grub.cfg', config, { mode: 0o600 });
  await files.write('/boot/grub2/grubenv', GRUB_ENVIRONMENT, { mode: 0o600 });
  return { uuid, grubFolder: `${prefix}/grub2` };
}

/** GRUB reads /boot where it lies: on its own partition, or in the root, there perhaps in a btrfs subvolume. */
function bootFilesystem({ partitions }: BootDisk): { uuid: string; prefix: string } {
  const own = partitions.find(({ mount }) => mount === '/boot');
  if (own !== undefined) return { uuid: own.filesystemUuid, prefix: '' };
  const root = partitions.find(({ mount }) => mount === '/');
  if (root === undefined) throw new HewError({ code: 'no-root', message: 'the disk has no partition for /' });
  const inBoot = root.settings.subvolumes.find(({ mount }) => mount === '/boot');
  const subvolume = inBoot ?? root.settings.subvolumes.find(({ mount }) => mount === '/');
  const top = subvolume === undefined ? '' : `/${subvolume.name}`;
  return { uuid: root.filesystemUuid, prefix: inBoot === undefined ? `${top}/boot` : top };
}

async function keepKernel(files: RootFiles, image: string, path: string): Promise<void> {
  // The kernel may lie there already, by its package or by the link that it is found through.
  if ((await files.resolve(path, { follow: false })) !== image) return files.copy(image, path, { mode: 0o755 });
  await files.setOwner(path, 0, 0);
  await files.setMode(path, 0o755);
}

export const noGrub = (what: string, packages: string): HewError =>
  new HewError({
    code: 'no-grub',
    message: `loader = "grub2" was asked for, and the image has no ${what}`,
    hint: `add ${packages} to packages.install`,
  });

const noShim = (): HewError =>
  new HewError({
    code: 'no-shim',
    message: 'secure-boot = "required" was asked for, and the image has no shim that firmware would start',
    hint: 'add shim to packages.install, or set boot.secure-boot = "if-signed"',
  });
