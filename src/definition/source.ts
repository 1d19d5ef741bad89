import { posix } from 'node:path';
import type { Problem } from '../errors.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { Host } from '../host/port.ts';
import { didYouMean, listOf } from './nearest.ts';

/** All effects that this stage may use. Paths are absolute. */
export interface SourceReader {
  /** The base of relative paths on the command line. */
  readonly cwd: string;
  /** The folder that holds `images/` and `profiles/` as shipped. */
  readonly data: string;
  /** Undefined if the file does not exist. */
  readTextIfThere(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
}

/** A reader of this machine's files. */
export const sourcesOf = (host: Pick<Host, 'fs' | 'paths'>, cwd: string): SourceReader => ({
  cwd,
  data: host.paths.data,
  readTextIfThere: (path) => host.fs.readTextIfThere(path),
  list: (path) => host.fs.list(path),
});

/** The three kinds of files and their folders, in the current folder first and then as shipped. */
export const SOURCE_FOLDERS = { image: 'images', profile: 'profiles', distribution: 'profiles/distros' } as const;
export type SourceKind = keyof typeof SOURCE_FOLDERS;

export const DEFINITION_ENDINGS: readonly string[] = ['.toml', '.yaml', '.yml'];
const KICKSTART_ENDING = '.ks';

/** The suffix of a lock file beside its definition: `web.toml` has `web.lock.yaml`. */
export const LOCK_ENDING = '.lock.yaml';

const isLock = (file: string): boolean => file.endsWith(LOCK_ENDING);

export const isKickstart = (file: string): boolean => file.toLowerCase().endsWith(KICKSTART_ENDING);

/** A path, not a name: it holds a slash or has the suffix of a definition. */
export const isPath = (reference: string): boolean =>
  reference.includes('/') || [...DEFINITION_ENDINGS, KICKSTART_ENDING].some((ending) => reference.toLowerCase().endsWith(ending));

/** A path for messages: relative if it is below the current folder. */
export const shownPath = (source: SourceReader, path: string): string => {
  const relative = posix.relative(source.cwd, path);
  return relative === '' || relative.startsWith('../') || posix.isAbsolute(relative) ? path : relative;
};

export const folderOf = (file: string): string => posix.dirname(file);

/** An absolute path from one written in a file of `folder`. */
export const resolvePath = (folder: string, path: string): string => posix.resolve(folder, path);

/** A file's name without its suffix: `images/web.toml` is `web`. */
export const stemOf = (file: string): string => posix.basename(file).replace(/\.[^.]+$/, '');

export type FoundSource = { readonly file: string } | { readonly problem: Omit<Problem, 'place'> };

/** Finds the file for a name or path. A path is relative to `folder`. Lists folders and does not read the file. */
export const findSource = async (
  source: SourceReader, kind: SourceKind, reference: string, folder: string,
): Promise<FoundSource> => {
  if (isLock(reference)) return { problem: lockGiven(reference) };
  if (isPath(reference)) return { file: resolvePath(folder, reference) };
  const known = await namesOf(source, kind);
  const file = known.get(reference);
  if (file !== undefined) return { file };
  const problem = missing(source, kind, reference, [...known.keys()]);
  const beside = (await definitionsIn(source, folder)).find((one) => stemOf(one) === reference);
  return { problem: beside === undefined ? problem : { ...problem, hint: `did you mean \`./${posix.basename(beside)}\`? A file is named by its path` } };
};

/** Every file of a kind by name, without lock files; the current folder hides shipped files. */
export const namesOf = async (source: SourceReader, kind: SourceKind): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const folder of foldersOf(source, kind)) {
    for (const file of await definitionsIn(source, folder)) {
      if (!found.has(stemOf(file))) found.set(stemOf(file), file);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Files of a folder that have the ending of a definition, without locks and hidden files. */
export const definitionsIn = async (source: SourceReader, folder: string): Promise<readonly string[]> =>
  (await source.list(folder))
    .filter((name) => !name.startsWith('.') && !isLock(name) && DEFINITION_ENDINGS.some((ending) => name.endsWith(ending)))
    .map((name) => posix.join(folder, name));

const foldersOf = (source: SourceReader, kind: SourceKind): readonly string[] =>
  [...new Set([source.cwd, source.data].map((root) => posix.join(root, SOURCE_FOLDERS[kind])))];

const lockGiven = (reference: string): Omit<Problem, 'place'> => ({
  code: 'lock-not-definition',
  message: `${reference} is a lock file, not a definition`,
  hint: `name the definition beside it; \`hew lock ${stemOf(stemOf(reference))} --check\` checks the lock`,
});

const NOT_FOUND = { image: 'image-not-found', profile: 'profile-not-found', distribution: 'distribution-not-found' } as const satisfies Record<SourceKind, ErrorCode>;

const missing = (
  source: SourceReader, kind: SourceKind, reference: string, known: readonly string[],
): Omit<Problem, 'place'> => ({
  code: NOT_FOUND[kind],
  message: `there is no ${kind} \`${reference}\` in ${listOf(foldersOf(source, kind).map((path) => shownPath(source, path)), 'or')}`,
  hint: didYouMean(reference, known)
    ?? (known.length === 0 ? 'give a path to a .toml or .yaml file' : `known: ${known.join(', ')}; or give a path to a file`),
});

/** Limit of a definition, in characters; definitions are small. */
const MAX_LENGTH = 4 * 1024 * 1024;

export type SourceText = { readonly text: string } | { readonly problem: Omit<Problem, 'place'> };

/** Reads a file that must exist. */
export const readSource = async (source: SourceReader, file: string): Promise<SourceText> => {
  const shown = shownPath(source, file);
  try {
    const text = await source.readTextIfThere(file);
    if (text === undefined) return { problem: { code: 'file-not-found',
      message: `there is no file ${shown}`,
      hint: 'check the path' } };
    if (text.length <= MAX_LENGTH) return { text };
    return { problem: { code: 'definition-too-large',
      message: `${shown} is larger than 4 MiB`,
      hint: 'definitions are small; use `source` for content' } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: { code: 'file-unreadable',
      message: `${shown} cannot be read: ${reason}`,
      hint: 'check that it is a readable file' } };
  }
};
