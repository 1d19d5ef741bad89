import { posix } from 'node:path';

import type { Cache } from '../cache/cache.ts';
import { HewError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { commandLine } from './command-line.ts';
import { findKernels, type Kernel } from './find-kernel.ts';
import { growerOf, repartFile } from './grow-root.ts';
import { makeInitrd, type MadeInitrd } from './initrd/make-initrd.ts';
import type { BootRoot } from './initrd/request.ts';
import type { LoaderInput, PlacedLoader } from './loader/loader-input.ts';
import { placeGrubBios, placeGrubEfi } from './loader/place-grub.ts';
import { placeSystemdBoot, placeUki } from './loader/place-uki.ts';
import { parseOsRelease } from './os-release.ts';
import { indexRoot, type RootIndex } from './root-index.ts';
import type { BootDisk, BootResult, BootSettings } from './types.ts';

export interface BootRequest {
  /** Name of the image. */
  readonly image: string;
  readonly root: BootRoot;
  readonly settings: BootSettings;
  readonly disk: BootDisk;
  /** `system.kernel-cmdline` of the definition. */
  readonly kernelArguments: readonly string[];
  readonly fips: boolean;
  /** Where initrds of earlier builds are, and these go. */
  readonly cache: Cache;
}

/** Result of starting the boot stage. The root is final; files for the ESP may still be pending in `placed`. */
export interface StartedBoot extends Pick<BootResult, 'commandLine' | 'growsBy'> {
  /** A promise where the root may be read and moved meanwhile; it rejects as `startBoot` throws, and must be awaited. */
  readonly placed: PlacedBoot | Promise<PlacedBoot>;
}

export type PlacedBoot = Pick<BootResult, 'esp' | 'bios' | 'initrds' | 'firstLoader' | 'secureBootFaults'>;

/** The same, waiting for all files. */
export async function makeBoot(host: Host, request: BootRequest): Promise<BootResult> {
  const { placed, ...rest } = await startBoot(host, request);
  return { ...rest, ...(await placed) };
}

/**
 * Makes a finished root bootable: an initrd a kernel, the loader with its files, and what the running system needs to
 * do the same for later kernels. Files of the root are written into it; those of the ESP and of the boot sectors are
 * returned, later where nothing of them changes the root: a disk can be filled meanwhile.
 * Throws `HewError` where the image lacks a kernel, a loader or what an initrd is made of.
 */
export async function startBoot(host: Host, request: BootRequest): Promise<StartedBoot> {
  const { root, settings, disk, kernelArguments, fips } = request;
  let index = await indexRoot(host.inside(root.path).tree());
  const kernels = findKernels(index);
  // Kernels whose modules are indexed by kernel-install alone were not, since that was kept from running.
  const unindexed = kernels.filter(({ modules }) => index.resolve(posix.join(modules, 'modules.dep')) === undefined);
  for (const { version } of unindexed) {
    await host.run({ tool: 'depmod', args: ['--all', version], view: { root: root.path } });
  }
  if (unindexed.length > 0) index = await indexRoot(host.inside(root.path).tree());
  const folder = await host.makeWorkFolder(`boot-${root.target.level}`, 0);
  const line = commandLine({ disk, args: kernelArguments, fips });
  const osReleaseText = await readOsRelease(host, root.path, index);
  const osRelease = parseOsRelease(osReleaseText);
  await configureLater(host, root.path, line, osRelease['ID'] ?? 'linux', settings);
  await growAtFirstBoot(host, root.path, disk, index);
  const placed = placeBoot(host, request, { index, kernels, folder, osRelease, osReleaseText, commandLine: line });
  // Told where it is awaited; until then it must not end the process.
  placed.catch(() => {});
  return { placed: mustComeFirst(settings) ? await placed : placed, commandLine: line, growsBy: growerOf(disk, index) };
}

/** GRUB has its files in /boot, and dracut works in /var/tmp. */
const mustComeFirst = (settings: BootSettings): boolean =>
  settings.firmware === 'bios' || settings.loader === 'grub2' || settings.initrd === 'dracut';

type BootParts = Pick<LoaderInput, 'index' | 'folder' | 'osRelease' | 'osReleaseText' | 'commandLine'> & { readonly kernels: readonly Kernel[] };

async function placeBoot(host: Host, { image, root, settings, disk, fips, cache }: BootRequest, parts: BootParts): Promise<PlacedBoot> {
  const { initrd: generator, 'initrd-drivers': drivers } = settings;
  const initrds: MadeInitrd[] = [];
  for (const kernel of parts.kernels) {
    initrds.push(await makeInitrd(host, { image, root, index: parts.index, kernel, generator, drivers, fips, cache }, parts.folder));
  }
  const loader = settings.firmware === 'bios' ? 'bios' : settings.loader;
  const kernels = parts.kernels.map((kernel, at) => ({ kernel, initrd: initrds[at]?.path ?? '' }));
  return { ...(await LOADERS[loader](host, { ...parts, root, settings, disk, kernels, fips })), initrds };
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
  const text = found?.kind === 'file' ? await host.inside(root).readText(found.path) : undefined;
  if (text !== undefined) return text;
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
  const files = host.inside(root);
  await files.write('/etc/kernel/cmdline', `${line}\n`);
  await files.write('/etc/kernel/entry-token', `${id}\n`);
  await files.write('/etc/kernel/install.conf.d/10-hew.conf', `layout=${layout}\n`);
}

async function growAtFirstBoot(host: Host, root: string, disk: BootDisk, index: RootIndex): Promise<void> {
  const content = repartFile(disk, index);
  if (content !== undefined) await host.inside(root).write('/etc/repart.d/50-root.conf', content);
}
