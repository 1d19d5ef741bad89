import { posix } from 'node:path';

import type { Host, RootFiles } from '../host/port.ts';
import type { TarEntryFact } from '../readers/tar-headers.ts';
import { WHITEOUT, whiteoutOf } from '../verify/read/whiteouts.ts';

/** Applies a layer to a root: first its whiteouts, then its files. */
export async function applyLayer(host: Host, file: string, root: string, entries: readonly TarEntryFact[]): Promise<void> {
  const files = host.inside(root);
  for (const { folder, name } of entries.flatMap((entry) => whiteoutOf(entry.path) ?? [])) {
    // Only real folders: the entries of a foreign tar are not trusted.
    if (!(await isRealFolder(files, folder))) continue;
    const gone = name === undefined ? await files.list(folder) : [name];
    for (const one of gone) await files.remove(posix.join(folder, one));
  }
  await unpackTar(host, file, root, entries, [`--exclude=${WHITEOUT}*`]);
}

async function isRealFolder(files: RootFiles, folder: string): Promise<boolean> {
  if (folder.split('/').includes('..')) return false;
  const real = await files.resolve(folder);
  return real === posix.join('/', folder).replace(/(?<=.)\/$/, '') && (await files.status(folder))?.kind === 'directory';
}

/**
 * Unpacks a tar in the sandbox. Leaves out entries that cannot be unpacked, which the list of entries shows anyway:
 * device nodes (a user namespace refuses them), paths that leave the root, and hard links without a target. Throws
 * `ToolError` when tar fails.
 */
export async function unpackTar(
  host: Host,
  file: string,
  folder: string,
  entries: readonly TarEntryFact[],
  more: readonly string[] = [],
): Promise<void> {
  // Patterns match names as the archive has them, which may begin with `./`.
  const left = impossible(entries).flatMap((path) => [`--exclude=${path}`, `--exclude=./${path}`]);
  await host.run({
    tool: 'tar',
    args: [
      '--extract', '--numeric-owner', '--same-permissions', '--xattrs', '--xattrs-include=*', ...more,
      ...(left.length === 0 ? [] : ['--anchored', '--no-wildcards', ...left]),
      // Compression is detected by content: blobs have no file name suffix.
      `--file=${file}`, `--directory=${folder}`,
    ],
    view: { read: [file], write: [folder] },
  });
}

function impossible(entries: readonly TarEntryFact[]): readonly string[] {
  const names = new Set(entries.map(({ path }) => path));
  const isLost = ({ path, kind, target = '' }: TarEntryFact): boolean =>
    kind === 'device' || path.split('/').includes('..') || (kind === 'hardlink' && !names.has(target.replace(/^(?:\.\/)*\/*/, '')));
  return entries.filter(isLost).map(({ path }) => path);
}
