import { posix } from 'node:path';

import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { writeInRoot } from '../rootfs/write-file.ts';
import { commandLine } from './command-line.ts';
import { findKernels } from './find-kernel.ts';
import { growerOf, repartFile } from './grow-root.ts';
import { makeInitrd, type BootRoot, type MadeInitrd } from './initrd/make-initrd.ts';
import type { LoaderInput, PlacedLoader } from './loader/loader-input.ts';
import { placeGrubBios, placeGrubEfi } from './loader/place-grub.ts';
import { placeSystemdBoot, placeUki } from './loader/place-uki.ts';
import { parseOsRelease } from './os-release.ts';
import { indexRoot, type RootIndex } from './root-index.ts';
import type { BootDisk, BootResult, BootSettings } from './types.ts';

export interface BootRequest {
  readonly root: BootRoot;
  readonly settings: BootSettings;
  readonly disk: BootDisk;
  /** `system.kernel-cmdline` of the definition. */
  readonly kernelArguments: readonly string[];
  readonly fips: boolean;
  /** Whether initrds of earlier builds may be used, and these kept. */
  readonly cache: boolean;
}

/**
 * Makes a finished root bootable: an initrd a kernel, the loader with its files, and what the running system needs to
 * do the same for later kernels. Files of the root are written into it; those of the ESP and of the boot sectors are
 * returned. Throws `HewError` where the image lacks a kernel, a loader or what an initrd is made of.
 */
export async function makeBoot(
  host: Host,
  request: BootRequest,
  detail: (text: string) => void = () => {},
): Promise<BootResult> {
  const { root, settings, disk, kernelArguments, fips, cache } = request;
  let index = await indexRoot(host.fs.tree(root.path));
  const kernels = findKernels(index);
  // Kernels whose modules are indexed by kernel-install alone were not, since that was kept from running.
  const unindexed = kernels.filter(({ modules }) => index.resolve(posix.join(modules, 'modules.dep')) === undefined);
  for (const { version } of unindexed) {
    await host.run({ tool: 'depmod', args: ['--all', version], view: { root: root.path } });
  }
  if (unindexed.length > 0) index = await indexRoot(host.fs.tree(root.path));
  const folder = await host.makeWorkFolder(`boot-${root.target.level}`, 0);
  const line = commandLine({ disk, args: kernelArguments, fips });
  const initrds: MadeInitrd[] = [];
  for (const kernel of kernels) {
    const { initrd: generator, 'initrd-drivers': drivers } = settings;
    const made = await makeInitrd(host, { root, index, kernel, generator, drivers, fips, cache }, folder);
    detail(made.fromCache ? `initrd of ${kernel.version} as made before` : `initrd of ${kernel.version}`);
    initrds.push(made);
  }
  const osReleaseText = await readOsRelease(host, root.path, index);
  const osRelease = parseOsRelease(osReleaseText);
  await configureLater(host, root.path, line, osRelease['ID'] ?? 'linux', settings);
  await growAtFirstBoot(host, root.path, disk, index);
  const placed = await LOADERS[settings.firmware === 'bios' ? 'bios' : settings.loader](host, {
    root, index, settings, disk, folder, osRelease, osReleaseText, commandLine: line,
    kernels: kernels.map((kernel, at) => ({ kernel, initrd: initrds[at]?.path ?? '' })),
  });
  detail(`${placed.firstLoader}, ${kernels.map(({ version }) => version).join(', ')}`);
  return { ...placed, initrds, commandLine: line, growsBy: growerOf(disk, index) };
}

type PlaceLoader = (host: Host, input: LoaderInput) => Promise<PlacedLoader>;

const LOADERS: Readonly<Record<BootSettings['loader'] | 'bios', PlaceLoader>> = {
  'uki': placeUki,
  'systemd-boot': placeSystemdBoot,
  'grub2': placeGrubEfi,
  'bios': placeGrubBios,
};

async function readOsRelease(host: Host, root: string, index: RootIndex): Promise<string> {
  const found = index.resolve('/etc/os-release') ?? index.resolve('/usr/lib/os-release');
  if (found?.kind === 'file') return host.fs.readText(posix.join(root, found.path));
  throw new HewError({
    code: 'no-os-release',
    message: 'the image has no os-release file, and so no name to show in a boot menu',
    hint: 'add the release package of the distribution to packages.install',
  });
}

/** kernel-install(8) reads these when the running system gets a new kernel. */
async function configureLater(
  host: Host,
  root: string,
  line: string,
  id: string,
  settings: BootSettings,
): Promise<void> {
  const layout = settings.firmware === 'uefi' && settings.loader !== 'grub2' ? 'uki' : 'bls';
  await writeInRoot(host, root, { path: '/etc/kernel/cmdline', content: `${line}\n` });
  await writeInRoot(host, root, { path: '/etc/kernel/entry-token', content: `${id}\n` });
  await writeInRoot(host, root, { path: '/etc/kernel/install.conf.d/10-hew.conf', content: `layout=${layout}\n` });
}

async function growAtFirstBoot(host: Host, root: string, disk: BootDisk, index: RootIndex): Promise<void> {
  const content = repartFile(disk, index);
  if (content !== undefined) await writeInRoot(host, root, { path: '/etc/repart.d/50-root.conf', content });
}
