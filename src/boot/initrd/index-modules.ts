import { posix } from 'node:path';

import type { Host, RootFiles } from '../../host/port.ts';
import type { Kernel } from '../find-kernel.ts';
import { IN_ROOT } from '../in-root.ts';
import type { InitrdEntry } from './cpio.ts';

/** Texts of depmod(8) for all modules of a kernel that stay right for some of them. */
const KEPT = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'];

/**
 * The index of a part of a kernel's modules, made by the image's own depmod, and the firmware that they ask for. An
 * index of all of them would promise udev modules that are not there.
 */
export async function indexModules(
  host: Host,
  { root, kernel }: { readonly root: string; readonly kernel: Kernel },
  paths: readonly string[],
): Promise<{ readonly entries: readonly InitrdEntry[]; readonly firmware: readonly string[] }> {
  const staging = host.inside(await host.makeWorkFolder(`modules-${kernel.version}`, 0));
  const folder = posix.join('/lib/modules', kernel.version);
  await staging.makeFolder(folder);
  await bring(host.inside(root), kernel.modules, [...paths, ...KEPT], { staging, folder });
  const view = { root, readOnly: true, placeWritable: { [IN_ROOT]: staging.root } };
  // The image's own programs: they read what its modules are compressed with.
  const [, described] = await Promise.all([
    host.run({ tool: 'depmod', args: ['--all', '--basedir', IN_ROOT, kernel.version], view }),
    host.run({ tool: 'modinfo', args: ['--field', 'firmware', ...paths.map((path) => posix.join(IN_ROOT, 'lib/modules', kernel.version, path))], view }),
  ]);
  // The image's programs wrote these: plain files count, and nothing that a link leads to.
  const names = (await staging.list(folder)).filter((name) => name.startsWith('modules.'));
  const entries = await Promise.all(names.map(async (name): Promise<InitrdEntry> => ({
    path: posix.join(kernel.modules, name),
    kind: 'file',
    mode: 0o644,
    content: (await staging.read(posix.join(folder, name), { follow: false })) ?? Buffer.alloc(0),
  })));
  await staging.remove('/lib');
  const firmware = [...new Set(described.stdout.split('\n').filter((line) => line !== ''))].sort();
  return { entries, firmware };
}

interface Staging {
  readonly staging: RootFiles;
  /** Folder of the modules in it. */
  readonly folder: string;
}

/**
 * Gives modules and texts a second name below the staging folder; a text that is not there is not missed. Paths come
 * out of `modules.dep`, which a package may have written: `..` ends at the top of either folder, as does a link.
 */
async function bring(root: RootFiles, modules: string, paths: readonly string[], { staging, folder }: Staging): Promise<void> {
  for (const path of paths) {
    const from = posix.join(modules, path);
    if ((await root.status(from)) === undefined) continue;
    const to = posix.join(folder, posix.normalize(posix.join('/', path)));
    await staging.makeFolder(posix.dirname(to));
    await root.linkOut(from, await staging.locate(to, { follow: false }));
  }
}
