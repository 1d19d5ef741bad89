import { posix } from 'node:path';

import type { Host } from '../../host/port.ts';
import type { Kernel } from '../find-kernel.ts';
import type { InitrdEntry } from './cpio.ts';

/** Texts of depmod(8) for all modules of a kernel that stay right for some of them. */
const KEPT = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'];

/** Where the image's programs find what they index. */
const SEEN = '/run/hew';

/**
 * The index of a part of a kernel's modules, made by the image's own depmod, and the firmware that they ask for. An
 * index of all of them would promise udev modules that are not there.
 */
export async function indexModules(
  host: Host,
  { root, kernel }: { readonly root: string; readonly kernel: Kernel },
  paths: readonly string[],
): Promise<{ readonly entries: readonly InitrdEntry[]; readonly firmware: readonly string[] }> {
  const staging = await host.makeWorkFolder(`modules-${kernel.version}`, 0);
  const folder = posix.join(staging, 'lib/modules', kernel.version);
  await host.fs.remove(folder);
  await host.fs.makeFolder(folder);
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  await Promise.all([...folders].map((name) => host.fs.makeFolder(posix.join(folder, name))));
  const copied = [...paths, ...KEPT];
  const modules = posix.join(root, kernel.modules);
  await Promise.all(copied.map((path) => bring(host, posix.join(modules, path), posix.join(folder, path))));
  const view = { root, placeWritable: { [SEEN]: staging } };
  // The image's own programs: they read what its modules are compressed with.
  const [, described] = await Promise.all([
    host.run({ tool: 'depmod', args: ['--all', '--basedir', SEEN, kernel.version], view }),
    host.run({ tool: 'modinfo', args: ['--field', 'firmware', ...paths.map((path) => posix.join(SEEN, 'lib/modules', kernel.version, path))], view }),
  ]);
  const names = (await host.fs.list(folder)).filter((name) => name.startsWith('modules.'));
  const entries = await Promise.all(names.map(async (name): Promise<InitrdEntry> => ({
    path: posix.join(kernel.modules, name),
    kind: 'file',
    mode: 0o644,
    content: await host.fs.readBytes(posix.join(folder, name)),
  })));
  await host.fs.remove(posix.join(staging, 'lib'));
  const firmware = [...new Set(described.stdout.split('\n').filter((line) => line !== ''))].sort();
  return { entries, firmware };
}

/** A second name where the workspace allows one, else a copy; a text that is not there is not missed. */
async function bring(host: Host, from: string, to: string): Promise<void> {
  if ((await host.fs.status(from)) === undefined) return;
  await host.fs.hardLink(from, to).catch(() => host.fs.copy(from, to));
}
