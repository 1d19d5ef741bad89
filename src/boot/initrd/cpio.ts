/** One file of an initrd. Paths are absolute in the initrd; modes are permission bits. */
export type InitrdEntry =
  | { readonly path: string; readonly kind: 'directory'; readonly mode: number }
  | { readonly path: string; readonly kind: 'symlink'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly content: Uint8Array }
  /** `source` is a path of the image, free of links. */
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly source: string };

/** `pieces` hold `size` bytes in all. */
export interface CpioContent {
  readonly size: number;
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

const TYPE = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;

/**
 * Writes the archive format that the kernel unpacks into an initramfs ("newc"), piece by piece; a piece of a file is good until the next is asked for. It depends on paths,
 * modes and contents alone: sorted, numbered from 1, owned by root, all of one time.
 * https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export async function* writeCpio(
  entries: readonly InitrdEntry[],
  epoch: number,
  open: (source: string) => Promise<CpioContent>,
): AsyncGenerator<Uint8Array> {
  let inode = 0;
  let written = 0;
  for (const entry of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    inode += 1;
    const { size, pieces } = await contentOf(entry, open);
    const mode = TYPE[entry.kind] | (entry.kind === 'symlink' ? 0o777 : entry.mode);
    const head = header(entry.path.replace(/^\//, ''), { inode, mode, epoch, size });
    written += head.length + padded(size);
    yield head;
    yield* pieces;
    if (size % 4 !== 0) yield new Uint8Array(padded(size) - size);
  }
  const end = header('TRAILER!!!', { inode: 0, mode: 0, epoch: 0, size: 0 });
  yield end;
  // What cpio(1) does: whole blocks, so that a further archive can follow.
  yield new Uint8Array((BLOCK - ((written + end.length) % BLOCK)) % BLOCK);
}

const BLOCK = 512;

async function contentOf(entry: InitrdEntry, open: (source: string) => Promise<CpioContent>): Promise<CpioContent> {
  if (entry.kind === 'directory') return { size: 0, pieces: [] };
  if (entry.kind === 'file' && 'source' in entry) return open(entry.source);
  const content = entry.kind === 'symlink' ? Buffer.from(entry.target) : entry.content;
  return { size: content.length, pieces: [content] };
}

const padded = (size: number): number => Math.ceil(size / 4) * 4;

interface Fields {
  readonly inode: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly size: number;
}

/** Thirteen numbers of eight hexadecimal digits behind the magic, then the name, filled to a multiple of four bytes. */
function header(name: string, { inode, mode, epoch, size }: Fields): Uint8Array {
  const bytes = Buffer.from(name);
  const links = (mode & 0o170000) === TYPE.directory ? 2 : 1;
  const numbers = [inode, mode, 0, 0, links, epoch, size, 0, 0, 0, 0, bytes.length + 1, 0];
  const text = `070701${numbers.map((number) => number.toString(16).toUpperCase().padStart(8, '0')).join('')}`;
  const head = Buffer.alloc(padded(text.length + bytes.length + 1));
  head.write(text, 'latin1');
  bytes.copy(head, text.length);
  return head;
}
