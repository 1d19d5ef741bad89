/** One file of an initrd. Paths are absolute in the initrd; modes are permission bits. */
export type InitrdEntry =
  | { readonly path: string; readonly kind: 'directory'; readonly mode: number }
  | { readonly path: string; readonly kind: 'symlink'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly content: Uint8Array }
  /** `source` is an absolute path on this machine. */
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly source: string };

const TYPE = { directory: 0o040000, file: 0o100000, symlink: 0o120000 } as const;

/**
 * Writes the archive format that the kernel unpacks into an initramfs ("newc"), piece by piece. It depends on paths,
 * modes and contents alone: sorted, numbered from 1, owned by root, all of one time.
 * https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export async function* writeCpio(
  entries: readonly InitrdEntry[],
  epoch: number,
  read: (source: string) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let inode = 0;
  let written = 0;
  for (const entry of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    inode += 1;
    const content = await contentOf(entry, read);
    const mode = TYPE[entry.kind] | (entry.kind === 'symlink' ? 0o777 : entry.mode);
    const head = header(entry.path.replace(/^\//, ''), { inode, mode, epoch, size: content.length });
    written += head.length + padded(content.length);
    yield head;
    if (content.length > 0) yield content;
    if (content.length % 4 !== 0) yield new Uint8Array(padded(content.length) - content.length);
  }
  const end = header('TRAILER!!!', { inode: 0, mode: 0, epoch: 0, size: 0 });
  yield end;
  // What cpio(1) does: whole blocks, so that a further archive can follow.
  yield new Uint8Array((BLOCK - ((written + end.length) % BLOCK)) % BLOCK);
}

const BLOCK = 512;

const contentOf = async (entry: InitrdEntry, read: (source: string) => Promise<Uint8Array>): Promise<Uint8Array> => {
  if (entry.kind === 'directory') return new Uint8Array(0);
  if (entry.kind === 'symlink') return Buffer.from(entry.target);
  return 'content' in entry ? entry.content : read(entry.source);
};

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
