import type { GrubBios } from '../../boot-files.ts';
import { HewError } from '../../errors.ts';
import type { Host } from '../../host/port.ts';
import { IN_ROOT } from '../in-root.ts';
import type { RootIndex } from '../root-index.ts';
import type { LoaderInput } from './loader-input.ts';

const FOLDER = '/usr/lib/grub/i386-pc';

/** Modules of the core image: nothing of GRUB need lie on a file system. Absent ones are passed over. */
const GRUB_MODULES: readonly string[] = [
  'biosdisk', 'part_gpt', 'part_msdos', 'ext2', 'xfs', 'btrfs', 'fat', 'search', 'search_fs_uuid', 'normal',
  'configfile', 'linux', 'echo',
  'test', 'ls', 'cat', 'serial', 'terminal', 'loadenv', 'gzio', 'zstd', 'minicmd', 'reboot', 'halt', 'sleep',
  'increment', 'regexp', 'blscfg',
];

/** Whether the image's GRUB for BIOS can read boot loader entries. */
export const readsEntries = (index: RootIndex): boolean => index.resolve(`${FOLDER}/blscfg.mod`) !== undefined;

/**
 * Makes GRUB's boot.img and core.img with the image's own grub-mkimage. Where they go on a disk is not their concern.
 * Throws `HewError` when the image lacks GRUB for BIOS or the program that joins its parts.
 */
export async function makeGrubBios(host: Host, { root, index }: Pick<LoaderInput, 'root' | 'index'>, config: string): Promise<GrubBios> {
  const boot = index.resolve(`${FOLDER}/boot.img`);
  const has = (name: string): boolean =>
    ['/usr/bin', '/usr/sbin'].some((path) => index.resolve(`${path}/${name}`) !== undefined);
  const program = ['grub2-mkimage', 'grub-mkimage'].find(has);
  if (boot === undefined || program === undefined) {
    throw new HewError({
      code: 'no-grub',
      message: `the image is to boot by BIOS, and it has no ${boot === undefined ? `${FOLDER}/boot.img` : 'grub2-mkimage'}`,
      hint: 'add grub2-pc, grub2-pc-modules and grub2-tools to packages.install',
    });
  }
  const [embedded, core] = ['grub-embedded.cfg', 'core.img'];
  // A folder of its own: hew would follow links that a program of the image left in one that it writes to later.
  const staging = host.inside(await host.makeWorkFolder('grub-bios', 0));
  await staging.write(embedded, config);
  const modules = GRUB_MODULES.filter((name) => index.resolve(`${FOLDER}/${name}.mod`) !== undefined);
  await host.run({
    tool: program,
    args: [
      '--format=i386-pc', `--directory=${FOLDER}`, '--prefix=/boot/grub2', `--config=${IN_ROOT}/${embedded}`, `--output=${IN_ROOT}/${core}`,
      ...modules,
    ],
    view: { root: root.path, readOnly: true, placeWritable: { [IN_ROOT]: staging.root } },
  });
  // The image's own program made core.img: a plain file, or nothing of it counts.
  const made = await staging.read(core, { follow: false });
  const first = await host.inside(root.path).read(boot.path);
  if (made === undefined || first === undefined) throw new HewError({ code: 'no-grub', message: `${program} ended well and made no core.img` });
  return { boot: first, core: made };
}
