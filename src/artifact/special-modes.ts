import { posix } from 'node:path';

import type { FilesystemFacts } from '../readers/filesystem/probe.ts';
import type { Host } from '../host/port.ts';

/** Set-user-ID, set-group-ID and sticky. */
const SPECIAL = 0o7000;

/** A file system image below a work folder, and the folder that its files were copied into. */
export interface CopiedFilesystem {
  readonly type: FilesystemFacts['type'] | undefined;
  readonly image: string;
  readonly work: string;
  readonly folder: string;
}

/** A file or folder whose mode has special bits. */
interface SpecialEntry {
  /** Path from the top of the file system. */
  readonly path: string;
  readonly mode: number;
}

/** Programs that drop special bits, by file system type, and how to find those bits. */
const LISTINGS: Readonly<Partial<Record<FilesystemFacts['type'], (host: Host, copied: CopiedFilesystem) => Promise<readonly SpecialEntry[]>>>> = {
  // `rdump` sets only read, write and execute bits: mode_xlate() in debugfs/dump.c of e2fsprogs.
  ext4: listExt4,
  // `rdump` sets the mode before the owner, which clears the special bits: chown(2).
  xfs: listXfs,
};

/** Gives copied files the special bits of their file system. */
export async function restoreSpecialModes(host: Host, copied: CopiedFilesystem): Promise<void> {
  const list = copied.type === undefined ? undefined : LISTINGS[copied.type];
  const files = host.inside(copied.folder);
  for (const { path, mode } of (await list?.(host, copied)) ?? []) {
    // A damaged file system may hold a name twice, and links are never followed.
    const kind = (await files.status(path))?.kind;
    if (kind === 'file' || kind === 'directory') await files.setMode(path, mode);
  }
}

async function listExt4(host: Host, { image, work, folder }: CopiedFilesystem): Promise<readonly SpecialEntry[]> {
  const folders = ['/'];
  await host.inside(folder).tree().visit(({ kind, path }) => {
    // One line is one request.
    if (kind === 'directory' && !/[\n\r]/.test(path)) folders.push(path);
  });
  const requests = posix.join(work, 'requests');
  await host.fs.write(requests, folders.map((path) => `ls -p "${path.replaceAll('"', '""')}"\n`).join(''));
  const { stdout } = await host.run({ tool: 'debugfs', args: ['-f', requests, image], view: { read: [work] } }, { accept: [1] });
  await host.fs.remove(requests);
  return parseListings(stdout, folders);
}

/** Entries with special bits in what `debugfs -f` prints: each request, then rows of `/inode/mode/uid/gid/name/size/`. */
export function parseListings(text: string, folders: readonly string[]): readonly SpecialEntry[] {
  const entries: SpecialEntry[] = [];
  let number = -1;
  for (const line of text.split('\n')) {
    if (line.startsWith('debugfs: ')) number += 1;
    const [, octal = '', name = ''] = /^\/\d+\/([0-7]{6})\/\d+\/\d+\/([^/]+)\/\d*\/$/.exec(line) ?? [];
    const mode = Number.parseInt(octal, 8) & 0o7777;
    if (name !== '' && name !== '.' && name !== '..' && (mode & SPECIAL) !== 0) entries.push({ path: posix.join(folders[number] ?? '/', name), mode });
  }
  return entries;
}

/** `ncheck -s` names the inodes with special bits; `inode` prints the mode of each: xfs_db(8). */
async function listXfs(host: Host, { image, work }: CopiedFilesystem): Promise<readonly SpecialEntry[]> {
  const ask = async (requests: readonly string[]): Promise<string> => {
    const args = ['-r', '-f', ...requests.flatMap((request) => ['-c', request]), image];
    return (await host.run({ tool: 'xfs_db', args, view: { read: [work] } }, { accept: [1] })).stdout;
  };
  const names = (await ask(['blockget -n', 'ncheck -s'])).split('\n').flatMap((line) => {
    const [, inode, path] = /^\s*(\d+) (.+)$/.exec(line) ?? [];
    return inode === undefined || path === undefined ? [] : [{ inode, path }];
  });
  const entries: SpecialEntry[] = [];
  for (let at = 0; at < names.length; at += ASKED_AT_ONCE) {
    const some = names.slice(at, at + ASKED_AT_ONCE);
    const answer = await ask(some.flatMap(({ inode }) => [`inode ${inode}`, 'print core.mode']));
    const modes = [...answer.matchAll(/^core\.mode = (0[0-7]+)$/gm)].map(([, octal = '0']) => Number.parseInt(octal, 8) & 0o7777);
    // With fewer answers than questions, answers cannot be assigned.
    if (modes.length === some.length) entries.push(...some.map(({ path }, index) => ({ path, mode: modes[index] ?? 0 })));
  }
  return entries;
}

/** An argument list is limited: execve(2). */
const ASKED_AT_ONCE = 1000;
