import { posix } from 'node:path';

import type { EspFile } from '../../boot-files.ts';
import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { ISA } from '../../isa/rows.ts';
import { takeOut, type LoaderInput, type PlacedLoader } from './loader-input.ts';
import { loaderConf } from './loader-config.ts';
import { EFI_FOLDER, ukifyCommand } from './uki.ts';

/** A unified kernel image that the firmware itself starts, at the removable-media path. */
export async function placeUki(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const [newest] = await makeUkis(host, input);
  const { removable } = ISA[input.root.target.arch].efi;
  const esp = newest === undefined ? [] : [{ path: removable, source: newest.source }];
  return { esp, firstLoader: 'UKI', secureBootFaults: faultsOfMadeUki(input) };
}

/** systemd-boot at the removable-media path and at its own, with a unified kernel image a kernel. */
export async function placeSystemdBoot(host: Host, input: LoaderInput): Promise<PlacedLoader> {
  const { short, removable } = ISA[input.root.target.arch].efi;
  const loader = await findEfiProgram(host, input, `systemd-boot${short}.efi`);
  const conf = posix.join(input.folder, 'loader.conf');
  await host.fs.write(conf, loaderConf(input.settings.timeout));
  return {
    esp: [
      { path: removable, source: loader },
      { path: `EFI/systemd/systemd-boot${short}.efi`, source: loader },
      { path: 'loader/loader.conf', source: conf },
      ...(await makeUkis(host, input)),
    ],
    firstLoader: 'systemd-boot',
    secureBootFaults: faultsOfMadeUki(input),
  };
}

/** The only fault worth telling: whatever else is signed, hew holds no key for what it joins. */
const faultsOfMadeUki = ({ settings }: LoaderInput): readonly string[] | undefined =>
  (settings['secure-boot'] === 'off' ? undefined : ['nobody has signed the unified kernel image that is made here']);

async function makeUkis(host: Host, input: LoaderInput): Promise<readonly EspFile[]> {
  const { root, kernels, osRelease, folder } = input;
  const stub = await findEfiProgram(host, input, `linux${ISA[root.target.arch].efi.short}.efi.stub`);
  const text = posix.join(folder, 'os-release');
  await host.fs.write(text, input.osReleaseText);
  const made: EspFile[] = [];
  for (const { kernel, initrd } of kernels) {
    const name = `${osRelease['ID'] ?? 'linux'}-${kernel.version}.efi`;
    const target = posix.join(folder, name);
    await host.run(ukifyCommand({
      kernel: await takeOut(host, input, kernel.image), initrd, osRelease: text, stub, target,
      version: kernel.version, commandLine: input.commandLine, epoch: root.epoch,
    }));
    made.push({ path: `EFI/Linux/${name}`, source: target });
  }
  return made;
}

/** The image's own, else that of the tools. Their stub is read inside their sandbox, so its path is theirs. */
async function findEfiProgram(host: Host, input: LoaderInput, name: string): Promise<string> {
  const { index } = input;
  const place = posix.join(EFI_FOLDER, name);
  const own = index.resolve(place);
  if (own?.kind === 'file') return takeOut(host, input, own.path);
  const { root: tools } = await host.tools();
  const onMachine = posix.join(tools, place);
  if ((await host.fs.status(onMachine)) !== undefined) return name.endsWith('.stub') ? place : onMachine;
  throw new HewError({
    code: 'no-loader',
    message: `neither the image nor the tools have ${place}`,
    hint: 'add systemd-boot-unsigned (systemd-boot-efi on Debian) to packages.install, or choose loader = "grub2"',
  });
}
