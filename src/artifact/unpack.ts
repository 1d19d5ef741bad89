import { posix } from 'node:path';

import type { Host, RootFiles } from '../host/port.ts';
import type { TarEntryFact } from '../readers/tar-headers.ts';
import { WHITEOUT, whiteoutOf } from '../verify/read/whiteouts.ts';

/** Applies a layer to a root: first what its whiteouts take away, then what it brings. */
export async function applyLayer(host: Host, file: string, root: string, entries: readonly TarEntryFact[]): Promise<void> {
  const files = host.inside(root);
  for (const { folder, name } of entries.flatMap((entry) => whiteoutOf(entry.path) ?? [])) {
    // Only folders that are no links: the list of a foreign tar is not to be trusted.
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
 * Unpacks a tar in the sandbox. What nobody can unpack is left out, since the entries tell of it: device nodes, which a
 * user namespace refuses, paths that leave the root, and hard links to nothing. Throws `ToolError` when tar fails.
 */
export async function unpackTar(
  host: Host,
  file: string,
  folder: string,
  entries: readonly TarEntryFact[],
  more: readonly string[] = [],
): Promise<void> {
  // Names are matched as they are written in the archive, which may begin with `./`.
  const left = impossible(entries).flatMap((path) => [`--exclude=${path}`, `--exclude=./${path}`]);
  await host.run({
    tool: 'tar',
    args: [
      '--extract', '--numeric-owner', '--same-permissions', '--xattrs', '--xattrs-include=*', ...more,
      ...(left.length === 0 ? [] : ['--anchored', '--no-wildcards', ...left]),
      // Compression is found by content: blobs have no endings.
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
