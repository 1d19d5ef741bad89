/** One line of %packages, without what follows a `#`. */
export interface PackageLine {
  readonly exclude: boolean;
  readonly kind: 'package' | 'group' | 'environment' | 'module';
  /** Name, glob, file path, group; without `@`, `@^` and `-`. */
  readonly name: string;
  /** Which packages of a group: `--nodefaults` the mandatory ones, `--optional` all. */
  readonly members: 'mandatory' | 'default' | 'all';
  readonly problem?: string;
}

/**
 * Reads a line of %packages by pykickstart's rules (parser.py, `Packages.add`), besides blank lines and comments. A
 * backslash before a glob's `*` is dropped: people escape it as in a shell.
 */
export const parsePackageLine = (text: string): PackageLine | undefined => {
  const hash = text.indexOf('#');
  const line = (hash === -1 ? text : text.slice(0, hash)).trim();
  if (line === '') return undefined;
  const exclude = line.startsWith('-');
  const entry = exclude ? line.slice(1).trim() : line;
  if (!entry.startsWith('@')) return packageEntry(exclude, entry);
  if (entry.startsWith('@^')) return { exclude, kind: 'environment', name: entry.slice(2).trim(), members: 'default' };
  return groupEntry(exclude, entry.slice(1));
};

const packageEntry = (exclude: boolean, entry: string): PackageLine => {
  const name = entry.replaceAll(/\\([*?[\]])/g, '$1');
  const base = { exclude, kind: 'package', name, members: 'default' } as const;
  if (name === '') return { ...base, problem: 'a dash without a name' };
  if (name.startsWith('%')) return { ...base, problem: `${name} is no directive of %packages` };
  return /\s/.test(name) ? { ...base, problem: `"${name}" holds a space: one package a line` } : base;
};

const groupEntry = (exclude: boolean, entry: string): PackageLine => {
  const words = entry.trim().split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  // Names of groups may hold spaces: what is left is put together again.
  const name = words.filter((word) => !word.startsWith('--')).join(' ');
  const nodefaults = flags.includes('--nodefaults');
  const optional = flags.includes('--optional');
  const members = nodefaults ? 'mandatory' : optional ? 'all' : 'default';
  const kind = /^[^\s:]+:[^\s:]*/.test(name) || /^[^\s/]+\/[^\s/]+$/.test(name) ? 'module' : 'group';
  const problem = groupProblem(name, flags, nodefaults && optional);
  return { exclude, kind, name, members, ...(problem === undefined ? {} : { problem }) };
};

const groupProblem = (name: string, flags: readonly string[], both: boolean): string | undefined => {
  if (name === '') return 'an @ without a name';
  if (both) return `@${name} cannot have both --nodefaults and --optional`;
  const unknown = flags.find((flag) => flag !== '--nodefaults' && flag !== '--optional');
  return unknown === undefined ? undefined : `there is no option ${unknown} of a group`;
};
