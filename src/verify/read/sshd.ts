import { posix } from 'node:path';

import { fileNamed, matchesPath, textOf, type Files } from './files.ts';

/** An effective line of sshd's configuration. */
export interface SshdLine {
  /** In lower case, as sshd compares it. */
  readonly keyword: string;
  readonly value: string;
  /** Whether a `Match` block other than `Match all` holds it: it applies only to some connections. */
  readonly isConditional: boolean;
}

/** How the configuration reads other files: their text, and the existing paths. */
export interface SshdFiles {
  readonly text: (path: string) => string | undefined;
  readonly paths: readonly string[];
}

export const SSHD_CONFIG = '/etc/ssh/sshd_config';
/** Deeper nesting than sshd accepts (SERVCONF_MAX_DEPTH of servconf.c). */
const MAX_DEPTH = 16;

/**
 * The lines of sshd_config(5) in the order in which sshd reads them, following `Include`. The first of several values
 * counts; a `Match` block ends with its file.
 */
export function sshdLines(files: SshdFiles, path = SSHD_CONFIG, isConditional = false, depth = 0): readonly SshdLine[] {
  const lines: SshdLine[] = [];
  let inMatch = isConditional;
  for (const raw of (depth > MAX_DEPTH ? '' : files.text(path) ?? '').split('\n')) {
    const [, word, rest = ''] = /^\s*([A-Za-z]\w*)(?:\s*=\s*|\s+|$)(.*?)\s*$/.exec(raw) ?? [];
    if (word === undefined) continue;
    const keyword = word.toLowerCase();
    if (keyword === 'match') inMatch = isConditional || !/^all\b/i.test(rest);
    else if (keyword === 'include') {
      for (const included of includedBy(rest, files.paths)) lines.push(...sshdLines(files, included, inMatch, depth + 1));
    } else lines.push({ keyword, value: wordsOf(rest)[0] ?? '', isConditional: inMatch });
  }
  return lines;
}

/** The lines of an image's sshd. Throws `UnreadText` if one of its files could not be read. */
export const sshdOf = (root: Files): readonly SshdLine[] =>
  sshdLines({ text: (path) => textOf(fileNamed(root, path)), paths: root.files.map(({ path }) => path) });

/** Files of an `Include` line in the order of their names; relative ones are in /etc/ssh: sshd_config(5). */
const includedBy = (patterns: string, paths: readonly string[]): readonly string[] =>
  absolute(patterns).flatMap((pattern) => paths.filter((path) => matchesPath(pattern, path)).toSorted());

const absolute = (patterns: string): readonly string[] => wordsOf(patterns).map((pattern) => posix.resolve('/etc/ssh', pattern));

/** Words of a line: spaces inside quotes do not split them, and `#` begins a comment. */
const wordsOf = (text: string): readonly string[] => {
  const words = text.match(/"[^"]*"|[^\s"]+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return (comment < 0 ? words : words.slice(0, comment)).map((word) => word.replaceAll('"', ''));
};

/** Patterns of paths that one file of the configuration names: other files of it, and host keys. */
export const pathsNamedBySshd = (text: string): readonly string[] => text.split('\n').flatMap((line) => {
  const [, , patterns = ''] = /^\s*(include|hostkey)(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(line) ?? [];
  return absolute(patterns);
});

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of a time such as `180` or `1h30m` (sshd_config(5), "TIME FORMATS"); NaN for anything else. */
export const sshdSeconds = (text: string): number =>
  (!/^(?:\d+[smhdw]?)+$/i.test(text) ? Number.NaN : [...text.matchAll(/(\d+)([smhdw]?)/gi)]
    .reduce((sum, [, count = '', unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 1), 0));
