import { posix } from 'node:path';

import { matchesGlob } from '../../definition/glob.ts';
import type { FileFact, RootFacts } from '../facts.ts';
import { isDeclared, type Interest } from '../gather/interest.ts';

/** The owner of the files of a root. */
export type Files = Pick<RootFacts, 'files'>;

/** Thrown if a rule needs a text that exists and could not be read: the rule fails with the message. */
export class UnreadText extends Error {}

/** The file at a path that a row of `INTERESTS` has. Throws `TypeError` for other paths, which are never gathered. */
export function fileAt(root: Files, path: string): FileFact | undefined {
  if (!isDeclared(path)) throw new TypeError(`no row of INTERESTS has ${path}`);
  return fileNamed(root, path);
}

/** The file at a path that a configuration names: `gather/named-paths.ts` gathers those. */
export const fileNamed = ({ files }: Files, path: string): FileFact | undefined => files.find((file) => file.path === path);

/** Files found for each row, per list of files: rules of units look up the same rows hundreds of times. */
const FOUND = new WeakMap<readonly FileFact[], Map<RegExp, readonly FileFact[]>>();

/** All files of a row. */
export function filesOf({ files }: Files, { path }: Interest): readonly FileFact[] {
  const rows = FOUND.get(files) ?? new Map<RegExp, readonly FileFact[]>();
  FOUND.set(files, rows);
  const found = rows.get(path) ?? files.filter((file) => path.test(file.path));
  rows.set(path, found);
  return found;
}

/** Its text; undefined if there is no such file. Throws `UnreadText` if it exists and could not be read. */
export const textAt = (root: Files, path: string): string | undefined => textOf(fileAt(root, path));

/** The same of a file that was found. */
export function textOf(file: FileFact | undefined): string | undefined {
  if (file?.unread !== undefined) throw new UnreadText(`${file.path} cannot be read: ${file.unread}`);
  return file?.text;
}

/** Whether it, or its target, is a file. An empty one counts if requested. */
export const isFile = ({ kind, size, leadsTo }: FileFact, { empty = false } = {}): boolean => {
  const reached = kind === 'symlink' ? leadsTo : { kind, size };
  return reached?.kind === 'file' && (empty || reached.size > 0);
};

export const filesUnder = (root: Files, row: Interest, folder: string): readonly FileFact[] =>
  filesOf(root, row).filter(({ path }) => path.startsWith(`${folder}/`));

/** Whether a path is in the folder of a pattern, and its name matches. Folders with `*` are not searched. */
export const matchesPath = (pattern: string, path: string): boolean =>
  posix.dirname(pattern) === posix.dirname(path) && matchesGlob(posix.basename(pattern), posix.basename(path));

/** `root:root 0600`; other ids are numbers. */
export const ownership = ({ uid, gid, mode }: Pick<FileFact, 'uid' | 'gid' | 'mode'>): string =>
  `${uid === 0 ? 'root' : uid}:${gid === 0 ? 'root' : gid} ${mode.toString(8).padStart(4, '0')}`;

/** `Key=value` or `Key value` lines without comments, the first value of each key, as sshd and waagent read them. */
export function readSettings(texts: readonly (string | undefined)[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of texts.flatMap((text) => (text ?? '').split('\n'))) {
    const [, key, value] = /^\s*([A-Za-z][\w.]*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line.replace(/(?:^|\s)#.*$/, '')) ?? [];
    if (key === undefined || value === undefined) continue;
    if (!settings.has(key.toLowerCase())) settings.set(key.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return settings;
}

/** Values by `section.key` of an INI file as systemd and WSL read it, names in lower case. */
export function readIni(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1]?.toLowerCase() ?? section;
    const [, key, value] = /^([^#;=[][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(`${section}.${key.toLowerCase()}`, value.replace(/^"(.*)"$/, '$1'));
  }
  return values;
}
