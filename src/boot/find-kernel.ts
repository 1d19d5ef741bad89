import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { RootIndex } from './root-index.ts';

export interface Kernel {
  /** As `uname -r` prints it. */
  readonly version: string;
  /** Absolute path inside the image, free of links. */
  readonly image: string;
  /** Folder of its modules inside the image, free of links. */
  readonly modules: string;
}

/**
 * Where packages put a kernel, the UAPI's place first:
 * https://uapi-group.org/specifications/specs/linux_file_system_hierarchy/
 */
const IMAGES = (version: string): readonly string[] => [
  `/usr/lib/modules/${version}/vmlinuz`,
  `/boot/vmlinuz-${version}`,
  `/usr/lib/modules/${version}/vmlinux`,
  `/boot/vmlinux-${version}`,
];

/**
 * The kernels of an image, the newest first. Throws `HewError` when there is none that could start: an image without
 * one cannot boot.
 */
export function findKernels(index: RootIndex): readonly Kernel[] {
  const versions = index.list('/usr/lib/modules')
    .filter((name) => index.resolve(`/usr/lib/modules/${name}`)?.kind === 'directory');
  const kernels = versions.flatMap((version): Kernel[] => {
    const image = IMAGES(version).map((path) => index.resolve(path)).find((found) => found?.kind === 'file');
    const modules = index.resolve(posix.join('/usr/lib/modules', version));
    return image === undefined || modules === undefined ? [] : [{ version, image: image.path, modules: modules.path }];
  });
  if (kernels.length === 0) throw noKernel(versions);
  return kernels.sort((a, b) => compareNatural(b.version, a.version));
}

/** Numbers by value, the rest by letters. */
const compareNatural = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const noKernel = (versions: readonly string[]): HewError =>
  new HewError({
    code: 'no-kernel',
    message: versions.length === 0
      ? 'the image has no kernel: nothing lies in /usr/lib/modules'
      : `the image has modules of ${versions.join(', ')} and no kernel image with them`,
    hint: 'add the kernel package (`kernel` on Azure Linux and Fedora) to packages.install',
  });
