import type { FileFact, RootFacts } from '../facts.ts';

export const fileAt = ({ files }: RootFacts, path: string): FileFact | undefined => files.find((file) => file.path === path);

export const textAt = (root: RootFacts, path: string): string | undefined => fileAt(root, path)?.text;

export const filesUnder = ({ files }: RootFacts, folder: string): readonly FileFact[] =>
  files.filter(({ path }) => path.startsWith(`${folder}/`));

/** `root:root 0600`, ids as numbers but for root's. */
export const ownership = ({ uid, gid, mode }: Pick<FileFact, 'uid' | 'gid' | 'mode'>): string =>
  `${uid === 0 ? 'root' : uid}:${gid === 0 ? 'root' : gid} ${mode.toString(8).padStart(4, '0')}`;

/** `Key=value` or `Key value` lines, comments left out, the first value of each key, as sshd and waagent read them. Pure. */
export function readSettings(texts: readonly (string | undefined)[]): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of texts.flatMap((text) => (text ?? '').split('\n'))) {
    const [, key, value] = /^\s*([A-Za-z][\w.]*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line.replace(/(?:^|\s)#.*$/, '')) ?? [];
    if (key === undefined || value === undefined) continue;
    if (!settings.has(key.toLowerCase())) settings.set(key.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return settings;
}

/** Values by `section.key` of an INI file as systemd and WSL read it, names in lower case. Pure. */
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
