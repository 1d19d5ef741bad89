import { posix } from 'node:path';
import { ARCHITECTURES, ISA } from '../../isa/rows.ts';

import { HewError } from '../../errors.ts';
import type { RootIndex } from '../root-index.ts';
import type { ElfDynamic } from '../../readers/elf-dynamic.ts';

/** What a closure is made over. */
export interface ClosureSource {
  readonly index: RootIndex;
  /** The dynamic section of the file at a path free of links; undefined when it has none. */
  readonly dynamicOf: (path: string) => ElfDynamic | undefined;
  /** Folders of ld.so.conf, before the standard ones. */
  readonly folders: readonly string[];
  /** Features whose suggested libraries are taken too; required and recommended ones always are. */
  readonly features: ReadonlySet<string>;
}

/**
 * Paths of all libraries and loaders that programs need, as the programs name them (links not resolved), sorted. Looks
 * only inside the root, in the order of ld.so(8): RPATH or RUNPATH, the folders of ld.so.conf, the standard ones.
 * Throws `HewError` for a library that is needed and not there; one that dlopen(3) would load may be missing. Pure but
 * for what `dynamicOf` reads.
 */
export function elfClosure(programs: readonly string[], source: ClosureSource): readonly string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const queue: { path: string; paths: readonly string[] }[] = programs.map((path) => ({ path, paths: [] }));
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const real = source.index.resolve(next.path);
    if (real?.kind !== 'file' || seen.has(real.path)) continue;
    seen.add(real.path);
    const dynamic = source.dynamicOf(real.path);
    if (dynamic === undefined) continue;
    const origin = posix.dirname(real.path);
    const own = dynamic.searchPath.map((path) => path.replace(/\$ORIGIN\b|\$\{ORIGIN\}/g, origin));
    const add = (path: string): void => {
      found.add(path);
      // An RPATH holds for what the library itself loads, too.
      queue.push({ path, paths: own });
    };
    const searched = [...own, ...next.paths, ...source.folders, ...STANDARD_FOLDERS];
    if (dynamic.interpreter !== undefined) add(dynamic.interpreter);
    for (const soname of dynamic.needed) {
      const path = findLibrary(source.index, soname, searched);
      if (path === undefined) throw missing(real.path, soname, searched);
      add(path);
    }
    for (const { feature, priority, sonames } of dynamic.dlopen) {
      if (priority === 'suggested' && !source.features.has(feature)) continue;
      const paths = sonames.flatMap((soname) => findLibrary(source.index, soname, searched) ?? []);
      if (paths[0] !== undefined) add(paths[0]);
    }
  }
  return [...found].sort();
}

/** Where ld.so looks by itself: on Fedora's family, on Debian's, and on those that keep one folder. */
const STANDARD_FOLDERS = [
  '/usr/lib64', ...ARCHITECTURES.map((arch) => `/usr/lib/${ISA[arch].names.multiarch}`), '/lib64', '/usr/lib', '/lib',
];

function findLibrary(index: RootIndex, soname: string, folders: readonly string[]): string | undefined {
  if (soname.startsWith('/')) return index.resolve(soname)?.kind === 'file' ? soname : undefined;
  return folders.map((folder) => posix.join(folder, soname)).find((path) => index.resolve(path)?.kind === 'file');
}

/** Folders that an ld.so.conf(5) names; `include` lines are given by their content. */
export function libraryFolders(configurations: readonly string[]): readonly string[] {
  return configurations.flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
}

const missing = (path: string, soname: string, folders: readonly string[]): HewError =>
  new HewError({
    code: 'library-missing',
    message: `${path} of the image needs ${soname}, which is in none of ${[...new Set(folders)].join(', ')}`,
    hint: 'install the package that provides it, or choose initrd = "dracut"',
  });
