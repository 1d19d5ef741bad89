import { createHash, type Hash } from 'node:crypto';

import type { FileFacts } from '../diff/facts.ts';
import { HewError, ToolError } from '../errors.ts';
import type { Host } from '../host/port.ts';
import { BadBytes } from '../readers/bytes.ts';
import { tarHeaders, type TarEntry } from '../readers/tar-headers.ts';

export interface TreeDescription {
  /** Absolute path of the root. */
  readonly root: string;
  /** The name of the package that owns a path. */
  readonly ownerOf: (path: string) => string | undefined;
  /** Whether to include times. */
  readonly times: boolean;
}

/**
 * All that a comparison needs about the files of a root, in the order of tar(1), which reads owners, attributes and
 * device numbers in one pass. A hard link counts as a file like its other names. Sockets, which archives cannot hold,
 * and other file systems are left out. Throws `HewError` where the root cannot be read whole.
 */
export async function describeTree(host: Host, { root, ownerOf, times }: TreeDescription): Promise<readonly FileFacts[]> {
  const collected = collect(times, ownerOf);
  try {
    await host.piped({ tool: 'tar', args: treeArguments(root), view: { read: [root] } }, async (stdout) => {
      const parse = tarHeaders(collected.onEntry, collected.onContent);
      for await (const piece of stdout) parse.push(piece as Uint8Array);
      parse.end();
    });
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof BadBytes)) throw error;
    const reason = error instanceof ToolError ? error.stderr.trim().split('\n')[0] : undefined;
    throw new HewError(
      {
        code: 'root-unreadable',
        message: `${root} cannot be read whole: ${reason ?? error.message}`,
        hint: 'compare it as the user who owns it, or as root, and while nothing changes it',
      },
      { cause: error },
    );
  }
  return collected.files();
}

/** Arguments of tar(1) that print a root as an archive. */
export const treeArguments = (root: string): string[] => [
  '--create', '--file=-', `--directory=${root}`, '--format=posix', '--pax-option=delete=atime,delete=ctime', '--one-file-system',
  '--numeric-owner', '--xattrs', '--xattrs-include=*', '--warning=no-file-ignored', '.',
];

const KINDS: Readonly<Partial<Record<TarEntry['kind'], FileFacts['kind']>>> = {
  file: 'file', directory: 'folder', symlink: 'link', device: 'device', fifo: 'fifo',
};

interface Collection {
  readonly onEntry: (entry: TarEntry) => void;
  readonly onContent: (piece: Uint8Array) => void;
  readonly files: () => readonly FileFacts[];
}

function collect(times: boolean, ownerOf: TreeDescription['ownerOf']): Collection {
  const found = new Map<string, FileFacts>();
  let open: { readonly file: FileFacts; readonly hash: Hash } | undefined;
  const close = (): void => {
    if (open !== undefined) found.set(open.file.path, { ...open.file, digest: `sha256:${open.hash.digest('hex')}` });
    open = undefined;
  };
  return {
    onEntry: (entry) => {
      close();
      const path = `/${entry.path}`;
      if (entry.path === '.' || entry.path === '') return;
      const facts = entry.kind === 'hardlink' ? found.get(`/${(entry.target ?? '').replace(/^(?:\.\/)+/, '')}`) : toFacts(entry, times);
      if (facts === undefined) return;
      const { package: _otherOwner, ...unowned } = facts;
      const owner = ownerOf(path);
      const file = { ...unowned, path, ...(owner === undefined ? {} : { package: owner }) };
      found.set(path, file);
      if (entry.kind === 'file') open = { file, hash: createHash('sha256') };
    },
    onContent: (piece) => void open?.hash.update(piece),
    files: () => {
      close();
      return [...found.values()];
    },
  };
}

function toFacts(entry: TarEntry, times: boolean): FileFacts | undefined {
  const kind = KINDS[entry.kind];
  const target = entry.target ?? entry.device;
  return kind === undefined ? undefined : {
    path: `/${entry.path}`, kind, mode: entry.mode, owner: entry.uid, group: entry.gid,
    ...(kind === 'file' ? { size: entry.size } : {}),
    ...(target === undefined ? {} : { target }),
    ...(entry.attributes.size === 0 ? {} : { attributes: Object.fromEntries([...entry.attributes].map(([name, value]) => [name, printableValue(value)])) }),
    ...(times ? { time: entry.mtime } : {}),
  };
}

/** An attribute's value: as text if it is text (labels are), otherwise in hexadecimal. */
function printableValue(value: Uint8Array): string {
  const text = Buffer.from(value).toString('latin1').replace(/\0$/, '');
  return /^[\x20-\x7e]*$/.test(text) ? text : `0x${Buffer.from(value).toString('hex')}`;
}
