export interface TarEntry {
  /** Relative to the root, without a slash at the end. */
  readonly path: string;
  readonly type: 'file' | 'hard link' | 'symlink' | 'folder' | 'other';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly link: string;
  readonly content: Buffer;
  /** Extended headers, such as `SCHILY.xattr.security.capability`. */
  readonly pax: ReadonlyMap<string, Buffer>;
}

const TYPES: Readonly<Record<string, TarEntry['type']>> = { '0': 'file', '\0': 'file', '1': 'hard link', '2': 'symlink', '5': 'folder' };

/** Reads a pax archive (IEEE Std 1003.1, pax): enough of it to hold layers against what they should be. */
export function readTar(bytes: Buffer): readonly TarEntry[] {
  const entries: TarEntry[] = [];
  let pax = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + 512);
    const text = (from: number, length: number): string => header.subarray(from, from + length).toString('utf8').replace(/\0.*$/s, '');
    const number = (from: number, length: number): number => Number.parseInt(text(from, length).trim() || '0', 8);
    const size = Number(pax.get('size')?.toString() ?? number(124, 12));
    const content = bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x' || type === 'g') {
      pax = readExtended(content);
      continue;
    }
    const prefix = text(345, 155);
    const name = pax.get('path')?.toString() ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    entries.push({
      path: name.replace(/\/$/, ''),
      type: TYPES[type] ?? 'other',
      mode: number(100, 8),
      uid: Number(pax.get('uid')?.toString() ?? number(108, 8)),
      gid: Number(pax.get('gid')?.toString() ?? number(116, 8)),
      owner: text(265, 32),
      group: text(297, 32),
      mtime: Number(pax.get('mtime')?.toString() ?? number(136, 12)),
      link: pax.get('linkpath')?.toString() ?? text(157, 100),
      content,
      pax,
    });
    pax = new Map();
  }
  return entries;
}

/** Records of `LENGTH KEY=VALUE\n`; values may hold any byte. */
function readExtended(content: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString());
    if (!(length > 0)) break;
    const equals = content.indexOf(0x3d, space);
    records.set(content.subarray(space + 1, equals).toString(), content.subarray(equals + 1, at + length - 1));
    at += length;
  }
  return records;
}
