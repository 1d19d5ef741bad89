import type { PackagedFile } from './spec.ts';
import { filesystemFolders } from './data/filesystem.ts';

/** What a path says about a file. `configuration` holds the package's conffiles, absolute. */
export function classify(
  path: string, directory: boolean, configuration: ReadonlySet<string>,
): Pick<PackagedFile, 'kind' | 'language'> {
  if (configuration.has(path) && !directory) return { kind: 'config' };
  const language = languageOf(path);
  const translated = language === undefined ? {} : { language };
  if (/^\/usr\/share\/licenses\/[^/]+\//.test(path)) return { kind: 'license' };
  return /^\/usr\/share\/(doc|info|man|gtk-doc)\//.test(path) ? { kind: 'doc', ...translated } : translated;
}

/** The language of message catalogues and translated manual pages. */
function languageOf(path: string): string | undefined {
  const name = /^\/usr\/share\/locale\/([^/]+)\/./.exec(path)?.[1]
    ?? /^\/usr\/share\/man\/([a-z]{2}[^/]*)\/./.exec(path)?.[1];
  return name === undefined || /^man\d/.test(name) ? undefined : name.replace(/\..*$/, '');
}

/** Folders that `filesystem` owns belong to no other package. */
export const isShared = (path: string): boolean => filesystemFolders.has(path.slice(1)) || path === '/';
