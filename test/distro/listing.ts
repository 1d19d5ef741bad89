export type EntryKind = 'directory' | 'file' | 'hardlink' | 'symlink';

/** One member of a Debian package's data archive. */
export interface Entry {
  /** Relative to the root, without `./` and without a final slash. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Where a link points: as written for a symlink, relative to the root for a hard link. */
  readonly target?: string;
}

const kinds: Readonly<Record<string, EntryKind>> = { 'd': 'directory', '-': 'file', 'h': 'hardlink', 'l': 'symlink' };

/**
 * Reads what `dpkg-deb --contents` prints. The archive and not the unpacked tree says owners and modes, so that an
 * ordinary user makes the same packages as root.
 */
export function parseListing(text: string): Entry[] {
  return text.split('\n').filter((line) => line !== '').map(parseLine).filter(({ path }) => path !== '');
}

function parseLine(line: string): Entry {
  const match = /^(.)(.{9})\s+([^/\s]+)\/(\S+)\s+\S+\s+\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? (.*)$/.exec(line);
  const kind = kinds[match?.[1] ?? ''];
  if (match === null || kind === undefined) throw new Error(`not an archive listing: ${line}`);
  const [, , bits = '', owner = '', group = '', names = ''] = match;
  const [path, target] = splitNames(names, kind);
  return { path: relative(path), kind, mode: parseMode(bits), owner, group, ...target };
}

function splitNames(names: string, kind: EntryKind): [string, { target?: string }] {
  const arrow = { symlink: ' -> ', hardlink: ' link to ' }[kind as string];
  const at = arrow === undefined ? -1 : names.indexOf(arrow);
  if (arrow === undefined || at < 0) return [unescape(names), {}];
  const target = unescape(names.slice(at + arrow.length));
  return [unescape(names.slice(0, at)), { target: kind === 'hardlink' ? relative(target) : target }];
}

/** `rwsr-xr-t` as a number. */
export function parseMode(bits: string): number {
  let mode = 0;
  for (const [index, bit] of bits.split('').entries()) {
    if (bit !== '-' && bit !== 'S' && bit !== 'T') mode |= 0o400 >> index;
    if (/[sStT]/.test(bit)) mode |= 0o4000 >> Math.floor(index / 3);
  }
  return mode;
}

const relative = (path: string): string => path.replace(/^\.?\/+/, '').replace(/\/+$/, '').replace(/^\.$/, '');

/** tar escapes backslashes and what is not printable; octal escapes are bytes of UTF-8. */
const unescape = (name: string): string =>
  name.replace(/(?:\\[0-7]{3})+|\\(.)/g, (found, one: string | undefined) =>
    one === undefined
      ? Buffer.from([...found.matchAll(/\\([0-7]{3})/g)].map((octal) => Number.parseInt(octal[1] ?? '0', 8))).toString()
      : ({ n: '\n', t: '\t' }[one] ?? one));
