/** What a file system is going to hold. */
export interface Content {
  /** Regular files, in the unit in which file systems give space: 4 KiB. Holes and further hard links take none. */
  readonly fileBytes: number;
  readonly inodes: number;
  /** Folders, in the same unit; long ones need more than one. */
  readonly folderBytes: number;
}

export const NOTHING: Content = { fileBytes: 0, inodes: 0, folderBytes: 0 };

const UNIT = 4096;

/** Arguments of find(1) that print one line of facts for each entry below a root. */
export const measureArguments = (root: string): string[] => [root, '-printf', '%y %s %b %D:%i %n %P\\0'];

/**
 * Sums up what `measureArguments` prints, apart for each mount point; an entry belongs to the deepest one above it.
 */
export function sumContent(output: string, mounts: readonly string[]): ReadonlyMap<string, Content> {
  const sums = new Map(mounts.map((mount) => [mount, { fileBytes: 0, inodes: 0, folderBytes: 0 }]));
  const deepestFirst = [...mounts].sort((a, b) => b.length - a.length);
  const seen = new Set<string>();
  for (const line of output.split('\0')) {
    const [, kind, size, blocks, inode = '', links, path] = /^(\S) (\d+) (\d+) (\S+) (\d+) (.*)$/s.exec(line) ?? [];
    if (path === undefined) continue;
    const mount = deepestFirst.find((one) => isBelow(`/${path}`, one));
    const sum = mount === undefined ? undefined : sums.get(mount);
    if (sum === undefined || (kind !== 'd' && links !== '1' && seen.has(inode))) continue;
    seen.add(inode);
    sum.inodes += 1;
    if (kind === 'f') sum.fileBytes += Math.min(roundUp(Number(size)), roundUp(Number(blocks) * 512));
    // A link of 60 bytes and more does not fit into its inode.
    if (kind === 'l' && Number(size) >= 60) sum.fileBytes += UNIT;
    if (kind === 'd') sum.folderBytes += UNIT;
    // A name takes at least 8 bytes beside itself; folders are about three quarters full.
    sum.folderBytes += Math.ceil((8 + Buffer.byteLength(path.slice(path.lastIndexOf('/') + 1))) / 0.75);
  }
  return sums;
}

const roundUp = (bytes: number): number => Math.ceil(bytes / UNIT) * UNIT;

/** Whether an absolute path is a mount point or below it. */
const isBelow = (path: string, mount: string): boolean =>
  mount === '/' || path === mount || path.startsWith(`${mount}/`);
