import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import type { EspFile } from '../types.ts';
import type { LoaderInput, PlacedLoader } from './loader-input.ts';
import { findShim } from './find-signed.ts';
import { EFI_NAMES } from './names.ts';
import { loaderConf } from './texts.ts';
import { EFI_FOLDER, ukifyCommand } from './uki.ts';

/** A unified kernel image that the firmware itself starts, at the removable-media path. */
export async function placeUki(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const [newest] = await makeUkis(host, input);
  const { removable } = EFI_NAMES[input.root.target.arch];
  if (newest === undefined) return { esp: [], firstLoader: 'UKI' };
  if (input.settings['secure-boot']) throw notSigned('a UKI made here');
  return { esp: [{ path: removable, source: newest.source }], firstLoader: 'UKI' };
}

/** systemd-boot at the removable-media path and at its own, with a unified kernel image a kernel. */
export async function placeSystemdBoot(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const { short, removable } = EFI_NAMES[input.root.target.arch];
  const shim = input.settings['secure-boot'] ? findShim(input.index, short) : undefined;
  if (input.settings['secure-boot'] && shim === undefined) throw notSigned('systemd-boot without shim');
  const loader = await findEfiProgram(host, input, `systemd-boot${short}.efi`);
  const conf = posix.join(input.folder, 'loader.conf');
  await host.fs.write(conf, loaderConf(input.settings.timeout));
  const inRoot = (path: string): string => posix.join(input.root.path, path);
  const ukis = await makeUkis(host, input);
  const first: readonly EspFile[] = shim === undefined
    ? [{ path: removable, source: loader }]
    : [
        { path: removable, source: inRoot(shim.shim) },
        // shim starts what lies beside it under the name of GRUB.
        { path: `EFI/BOOT/grub${short}.efi`, source: loader },
        ...(shim.mokManager === undefined ? [] : [{ path: `EFI/BOOT/mm${short}.efi`, source: inRoot(shim.mokManager) }]),
      ];
  return {
    esp: [
      ...first,
      { path: `EFI/systemd/systemd-boot${short}.efi`, source: loader },
      { path: 'loader/loader.conf', source: conf },
      ...ukis,
    ],
    firstLoader: shim === undefined ? 'systemd-boot' : 'shim',
  };
}

async function makeUkis(host: Host, input: LoaderInput): Promise<readonly EspFile[]> {
  const { root, kernels, osRelease, folder } = input;
  const stub = await findEfiProgram(host, input, `linux${EFI_NAMES[root.target.arch].short}.efi.stub`);
  const text = posix.join(folder, 'os-release');
  await host.fs.write(text, input.osReleaseText);
  const made: EspFile[] = [];
  for (const { kernel, initrd } of kernels) {
    const name = `${osRelease['ID'] ?? 'linux'}-${kernel.version}.efi`;
    const target = posix.join(folder, name);
    await host.run(ukifyCommand({
      kernel: posix.join(root.path, kernel.image), initrd, osRelease: text, stub, target,
      version: kernel.version, commandLine: input.commandLine, epoch: root.epoch,
    }));
    made.push({ path: `EFI/Linux/${name}`, source: target });
  }
  return made;
}

/** The image's own, else that of the tools. Their stub is read inside their sandbox, so its path is theirs. */
async function findEfiProgram(host: Host, { index, root, settings }: LoaderInput, name: string): Promise<string> {
  const place = posix.join(EFI_FOLDER, name);
  const places = [...(settings['secure-boot'] ? [`${place}.signed`] : []), place];
  const own = places.map((path) => index.resolve(path)).find((one) => one?.kind === 'file');
  if (own !== undefined) return posix.join(root.path, own.path);
  const { root: tools } = await host.tools();
  const onMachine = posix.join(tools, place);
  if ((await host.fs.status(onMachine)) !== undefined) return name.endsWith('.stub') ? place : onMachine;
  throw new HewError({
    code: 'no-loader',
    message: `neither the image nor the tools have ${place}`,
    hint: 'add systemd-boot-unsigned (systemd-boot-efi on Debian) to packages.install, or choose loader = "grub2"',
  });
}

const notSigned = (what: string): HewError =>
  new HewError({
    code: 'not-signed',
    message: `secure-boot = true was asked for, and the firmware would refuse ${what}`,
    hint: 'choose loader = "grub2" with shim and the signed GRUB of the distribution',
  });
