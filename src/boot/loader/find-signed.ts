import { posix } from 'node:path';

import type { Architecture, ISA } from '../../isa/rows.ts';
import type { RootIndex } from '../root-index.ts';

/** What UEFI and the boot loaders call an architecture. */
type EfiNames = (typeof ISA)[Architecture]['efi'];

/** Paths inside the image, free of links. */
export interface Shim {
  readonly shim: string;
  readonly mokManager: string | undefined;
}

export interface GrubEfi {
  readonly path: string;
  /** Folder below `EFI/` in which it looks for its configuration. */
  readonly vendor: string;
}

/** Folders of vendors: those that packages own on the ESP, and those below /usr from which tools copy them. */
function vendorFolders(index: RootIndex): readonly { readonly folder: string; readonly vendor: string }[] {
  const inUsr = index.list('/usr/lib/efi').flatMap((name) =>
    index.list(`/usr/lib/efi/${name}`).map((version) => `/usr/lib/efi/${name}/${version}/EFI`));
  return ['/boot/efi/EFI', '/efi/EFI', ...inUsr].flatMap((top) => {
    const vendors = index.list(top).filter((name) => name.toUpperCase() !== 'BOOT');
    return vendors.map((vendor) => ({ folder: posix.join(top, vendor), vendor }));
  });
}

/**
 * Folders below `EFI/` that a GRUB for UEFI looks into, as its builder fixed them: a signed one keeps those whatever
 * package it comes in.
 */
export function builtInFolders(program: Uint8Array): readonly string[] {
  const text = Buffer.from(program.buffer, program.byteOffset, program.byteLength).toString('latin1');
  return [...new Set([...text.matchAll(/\0\/EFI\/([\w.-]{1,64})\0/g)].map(([, name = '']) => name))];
}

/** The shim of the image's packages: Fedora's layout, then Debian's. */
export function findShim(index: RootIndex, { short }: EfiNames): Shim | undefined {
  const locations = [
    ...vendorFolders(index).map(({ folder }) => ({ shim: `${folder}/shim${short}.efi`, manager: `${folder}/mm${short}.efi` })),
    { shim: `/usr/lib/shim/shim${short}.efi.signed`, manager: `/usr/lib/shim/mm${short}.efi.signed` },
    { shim: `/usr/share/shim/shim${short}.efi`, manager: `/usr/share/shim/mm${short}.efi` },
  ];
  for (const { shim, manager } of locations) {
    const found = index.resolve(shim);
    if (found?.kind === 'file') return { shim: found.path, mokManager: index.resolve(manager)?.path };
  }
  return undefined;
}

/** The GRUB for UEFI of the image's packages, with the vendor whose folder it lies in or was built for. */
export function findGrubEfi(index: RootIndex, { short, grub }: EfiNames, id: string): GrubEfi | undefined {
  const locations = [
    ...vendorFolders(index).map(({ folder, vendor }) => ({ path: `${folder}/grub${short}.efi`, vendor })),
    { path: `/usr/lib/grub/${grub}-signed/grub${short}.efi.signed`, vendor: 'debian' },
    { path: `/usr/lib/grub/${grub}/monolithic/grub${short}.efi`, vendor: id },
  ];
  for (const { path, vendor } of locations) {
    const found = index.resolve(path);
    if (found?.kind === 'file') return { path: found.path, vendor };
  }
  return undefined;
}
