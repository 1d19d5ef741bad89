import { posix } from 'node:path';

import type { EspFile } from '../../boot-files.ts';
import type { RootFiles } from '../../host/port.ts';

/** A file for a FAT file system. Its content is a file of the boot stage, or a file of a root by its path there. */
export type FatFile = EspFile | (Pick<EspFile, 'path'> & { readonly source: { readonly files: RootFiles; readonly path: string } });

/** Folders, outer ones first, and the files of each. */
export interface FatTree {
  readonly folders: readonly string[];
  readonly files: readonly { readonly folder: string; readonly name: string; readonly source: FatFile['source'] }[];
}

/**
 * Orders files for a file system that does not tell upper from lower case: `EFI/boot` and `EFI/BOOT` are one folder,
 * spelled as it came first, and the later of two files of one name wins. The order depends on names alone.
 */
export function planFatTree(files: readonly FatFile[], moreFolders: readonly string[] = []): FatTree {
  const spelled = new Map<string, string>();
  const spell = (folder: string): string => {
    if (folder === '.' || folder === '') return '';
    const known = spelled.get(folder.toUpperCase());
    if (known !== undefined) return known;
    const full = posix.join(spell(posix.dirname(folder)), posix.basename(folder));
    spelled.set(folder.toUpperCase(), full);
    return full;
  };
  const placed = new Map<string, FatTree['files'][number]>();
  for (const folder of moreFolders) spell(clean(folder));
  for (const { path, source } of files) {
    const relative = clean(path);
    placed.set(relative.toUpperCase(), { folder: spell(posix.dirname(relative)), name: posix.basename(relative), source });
  }
  return {
    folders: [...spelled.values()].sort(),
    files: [...placed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file),
  };
}

const clean = (path: string): string => posix.join('/', path).slice(1);
