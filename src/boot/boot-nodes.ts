import { posix } from 'node:path';

import type { Cache } from '../cache/cache.ts';
import type { BootSettings } from '../definition/index.ts';
import { HewError } from '../errors.ts';
import { node, ref, type Node, type Ref } from '../graph.ts';
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
import type { BootDisk, BootResult } from './types.ts';

export interface BootNodesRequest {
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
  /**
   * Values of other nodes that end the command line, such as the root hash of a file system. /etc/kernel/cmdline is
   * without them: the root cannot hold what is made of it.
   */
  readonly argumentsFrom?: readonly Ref<string>[];
  /** What must be done to the root before its kernels are looked for. */
  readonly needs: { readonly root: Ref<unknown> };
}

/** What the boot nodes make. */
export const BOOT = {
  configuration: ref<BootConfiguration>('boot configuration'),
  commandLine: ref<string>('kernel command line'),
  initrds: ref<readonly MadeInitrd[]>('initrds'),
  files: ref<PlacedLoader>('boot files'),
} as const;

/** What is read off a root once, and what its bootable disk says of it. */
interface BootConfiguration extends Pick<LoaderInput, 'index' | 'folder' | 'osRelease' | 'osReleaseText'>, Pick<BootResult, 'growsBy'> {
  /** The newest first. */
  readonly kernels: readonly Kernel[];
}

/**
 * What makes a root bootable: an initrd a kernel, the loader with its files, and what the running system needs to do the
 * same for later kernels. Files of the root are written into it; those of the ESP and of the boot sectors are values.
 * They throw `HewError` where the image lacks a kernel, a loader or what an initrd is made of.
 */
export function bootNodes(host: Host, request: BootNodesRequest): readonly Node[] {
  const { image, root, settings, disk, fips, cache, argumentsFrom = [] } = request;
  const line = commandLine({ disk, args: request.kernelArguments, fips });
  return [
    node(BOOT.configuration, request.needs, () => configure(host, request, line)),
    node(BOOT.commandLine, { argumentsFrom }, (values) => [line, ...values.argumentsFrom].join(' ')),
    node(BOOT.initrds, { configuration: BOOT.configuration }, async ({ configuration: { index, kernels, folder } }) => {
      const { initrd: generator, 'initrd-drivers': drivers } = settings;
      const made: MadeInitrd[] = [];
      for (const kernel of kernels) made.push(await makeInitrd(host, { image, root, index, kernel, generator, drivers, fips, cache }, folder));
      return made;
    }),
    node(BOOT.files, BOOT_FILES_OF, ({ configuration, initrds, commandLine: whole }) => {
      const kernels = configuration.kernels.map((kernel, at) => ({ kernel, initrd: initrds[at]?.path ?? '' }));
      const place = LOADERS[settings.firmware === 'bios' ? 'bios' : settings.loader];
      return place(host, { ...configuration, commandLine: whole, root, settings, disk, kernels, fips });
    }),
  ];
}

const BOOT_FILES_OF = { configuration: BOOT.configuration, initrds: BOOT.initrds, commandLine: BOOT.commandLine } as const;

/**
 * Whether boot files are made in the root itself: GRUB has its files in /boot, and dracut works in /var/tmp. A root is not
 * finished before them then.
 */
export const worksInRoot = (settings: BootSettings): boolean =>
  settings.firmware === 'bios' || settings.loader === 'grub2' || settings.initrd === 'dracut';

async function configure(host: Host, { root, settings, disk }: BootNodesRequest, line: string): Promise<BootConfiguration> {
  let index = await indexRoot(host.inside(root.path).tree());
  const kernels = findKernels(index);
  // Kernels whose modules are indexed by kernel-install alone were not, since that was kept from running.
  const unindexed = kernels.filter(({ modules }) => index.resolve(posix.join(modules, 'modules.dep')) === undefined);
  for (const { version } of unindexed) {
    await host.run({ tool: 'depmod', args: ['--all', version], view: { root: root.path } });
  }
  if (unindexed.length > 0) index = await indexRoot(host.inside(root.path).tree());
  const folder = await host.makeWorkFolder(`boot-${root.target.level}`, 0);
  const osReleaseText = await readOsRelease(host, root.path, index);
  const osRelease = parseOsRelease(osReleaseText);
  await configureLater(host, root.path, line, osRelease['ID'] ?? 'linux', settings);
  await growAtFirstBoot(host, root.path, disk, index);
  return { index, kernels, folder, osRelease, osReleaseText, growsBy: growerOf(disk, index) };
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
