import { BadBytes } from './bytes.ts';
import { LIMITS } from './limits.ts';

export interface TarEntryFact {
  /** As written, without leading `./` and trailing `/`. */
  readonly path: string;
  readonly kind: 'file' | 'hardlink' | 'symlink' | 'device' | 'directory' | 'fifo' | 'other';
  /** Target of a link, as written. */
  readonly target?: string;
  /** Seconds since 1970. */
  readonly mtime: number;
}

const BLOCK = 512;
/** POSIX.1-2024 pax, "ustar Interchange Format", and the letters of GNU tar. */
const KINDS: Readonly<Record<string, TarEntryFact['kind']>> = {
  '0': 'file', '\0': 'file', '7': 'file', 'S': 'file', '1': 'hardlink', '2': 'symlink', '3': 'device', '4': 'device', '5': 'directory', '6': 'fifo',
};

/** An entry with everything in its header. */
export interface TarEntry extends TarEntryFact {
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of its content. */
  readonly size: number;
  /** Major and minor number of a device. */
  readonly device?: string;
  /** Extended attributes by name. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/**
 * A reader of tar headers that receives the archive in pieces and keeps no content. `onContent` receives content of the
 * preceding entry; the bytes are valid until it returns. `push` throws `BadBytes` for an invalid header, `end` for an
 * archive that is cut short.
 */
export function tarHeaders(
  onEntry: (entry: TarEntry) => void,
  onContent: (piece: Uint8Array) => void = () => undefined,
): { push(piece: Uint8Array): void; end(): void } {
  let rest: Uint8Array = new Uint8Array(0);
  let skip = 0;
  /** How much of the skipped bytes is content, not padding. */
  let content = 0;
  /** `skip` and `content` of a sparse file while the blocks that continue its map are read: its size does not count them. */
  let behindMap: { readonly skip: number; readonly content: number } | undefined;
  let ended = false;
  let pending: ReadonlyMap<string, Uint8Array> = new Map();

  const takeMap = (block: Uint8Array): void => {
    rest = rest.subarray(BLOCK);
    if (block[504] !== 0) return;
    ({ skip, content } = behindMap ?? { skip, content });
    behindMap = undefined;
  };

  /** Reads one header, with the content of an extended one; false if more bytes are needed. */
  const take = (): boolean => {
    if (rest.length < BLOCK) return false;
    const header = rest.subarray(0, BLOCK);
    if (behindMap !== undefined) {
      takeMap(header);
      return true;
    }
    if (header.every((byte) => byte === 0)) {
      ended = true;
      return false;
    }
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = pending.has('size') ? Number(textOf(pending, 'size')) : number(header, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0) throw new BadBytes('a tar header holds an impossible size');
    const extended = 'xLK'.includes(type);
    if (extended && size > LIMITS.tar.extended) throw new BadBytes(`a tar header claims ${size} bytes of names`);
    if (extended && rest.length < BLOCK + size) return false;
    if (extended) {
      pending = new Map([...pending, ...namesIn(type, rest.subarray(BLOCK, BLOCK + size))]);
      if (pending.size > LIMITS.tar.records) throw new BadBytes(`a tar entry has more than ${LIMITS.tar.records} attributes`);
    } else if (type !== 'g') {
      onEntry(toEntry(header, type, pending));
      pending = new Map();
    }
    // Links and folders have no content, whatever their size field says.
    const bytes = '123456'.includes(type) ? 0 : size;
    rest = rest.subarray(BLOCK);
    skip = Math.ceil(bytes / BLOCK) * BLOCK;
    content = extended || type === 'g' ? 0 : bytes;
    // `isextended` of GNU tar's old headers: https://www.gnu.org/software/tar/manual/html_node/Standard.html
    if (type === 'S' && header[482] !== 0) {
      behindMap = { skip, content };
      [skip, content] = [0, 0];
    }
    return true;
  };

  return {
    push: (piece) => {
      if (ended) return;
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      for (let more = true; more;) {
        const step = Math.min(skip, rest.length);
        const own = Math.min(step, content);
        if (own > 0) onContent(rest.subarray(0, own));
        content -= own;
        rest = rest.subarray(step);
        skip -= step;
        more = skip === 0 && take();
      }
    },
    end: () => {
      if (skip > 0 || behindMap !== undefined || (!ended && rest.length > 0)) throw new BadBytes('the tar is cut short');
    },
  };
}

function checkSum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== number(header, 148, 8)) throw new BadBytes('a tar header is missing or damaged');
}

/** UTF-8 up to the first NUL. Cuts the bytes, not the string, because a substring keeps the whole string in memory. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/** A path without leading `./` and trailing `/`, which real archives have. */
function pathIn(bytes: Uint8Array): string {
  const whole = Buffer.from(bytes).subarray(0, bytes.includes(0) ? bytes.indexOf(0) : bytes.length);
  if (whole.length > LIMITS.tar.name) throw new BadBytes(`a tar entry has a name of ${whole.length} bytes`);
  let [from, to] = [0, whole.length];
  while (whole[from] === DOT && whole[from + 1] === SLASH) from += 2;
  while (to > from + 1 && whole[to - 1] === SLASH) to -= 1;
  return whole.toString('utf8', from, to);
}

const [DOT, SLASH] = [0x2e, 0x2f];

/** Octal digits, or base 256 if the highest bit is set: GNU tar writes large numbers this way. */
function number(header: Uint8Array, offset: number, length: number): number {
  const field = header.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(1).reduce((value, byte) => value * 256 + byte, (field[0] ?? 0) & 0x7f);
  return Number.parseInt(text(field).trim() || '0', 8);
}

/** The values of an extended header by key, as bytes: attributes are no text. */
function namesIn(type: string, content: Uint8Array): readonly (readonly [string, Uint8Array])[] {
  if (type === 'L') return [['path', content]];
  if (type === 'K') return [['linkpath', content]];
  const records: [string, Uint8Array][] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(Buffer.from(content.subarray(at, Math.max(at, space))).toString());
    if (!(length > 0)) break;
    const equals = content.indexOf(0x3d, space);
    const key = Buffer.from(content.subarray(space + 1, equals)).toString();
    records.push([key, content.slice(equals + 1, at + length - 1)]);
    at += length;
  }
  return records;
}

function textOf(extended: ReadonlyMap<string, Uint8Array>, key: string): string | undefined {
  const bytes = extended.get(key);
  return bytes === undefined ? undefined : text(bytes);
}

/**
 * Prefix of extended attributes in GNU tar:
 * https://www.gnu.org/software/tar/manual/html_node/Extended-File-Attributes.html
 */
const ATTRIBUTE = 'SCHILY.xattr.';

function toEntry(header: Uint8Array, type: string, extended: ReadonlyMap<string, Uint8Array>): TarEntry {
  const prefix = text(header.subarray(257, 262)) === 'ustar' ? text(header.subarray(345, 500)) : '';
  const short = header.subarray(0, 100);
  const path = extended.get('path') ?? (prefix === '' || header[263] === 0x20 ? short : Buffer.from(`${prefix}/${text(short)}`));
  const kind = KINDS[type] ?? 'other';
  const target = textOf(extended, 'linkpath') ?? text(header.subarray(157, 257));
  if (target.length > LIMITS.tar.name) throw new BadBytes(`a tar entry leads to a name of ${target.length} bytes`);
  const numberOf = (key: string, offset: number, length: number): number =>
    Number(textOf(extended, key) ?? number(header, offset, length));
  return {
    path: pathIn(path),
    kind,
    ...(kind === 'hardlink' || kind === 'symlink' ? { target } : {}),
    mtime: numberOf('mtime', 136, 12),
    mode: number(header, 100, 8) & 0o7777,
    uid: numberOf('uid', 108, 8),
    gid: numberOf('gid', 116, 8),
    size: kind === 'file' ? numberOf('size', 124, 12) : 0,
    ...(kind === 'device' ? { device: `${type === '3' ? 'c' : 'b'} ${number(header, 329, 8)}:${number(header, 337, 8)}` } : {}),
    attributes: new Map([...extended].flatMap(([key, value]) => (key.startsWith(ATTRIBUTE) ? [[key.slice(ATTRIBUTE.length), value]] : []))),
  };
}
