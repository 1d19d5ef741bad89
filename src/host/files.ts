import { randomBytes } from 'node:crypto';
import { closeSync, constants, createReadStream, createWriteStream, readFile } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { describeStats } from './file-status.ts';
import { digestFiles, digestTree, sha256 } from './hash-file.ts';
import { filePieces, sourceOf } from './open-file.ts';
import { MOST_BYTES, MOST_TEXT, openToRead } from './plain-file.ts';
import type { CopiedRange, HostFiles, WriteOptions } from './port.ts';

/** The status of an open file, which stays open. */
const readDescriptor: (file: number) => Promise<Buffer> = promisify(readFile);

/** `HostFiles` over node:fs. Modes are set after creation, so that the caller's umask never shows in an image. */
export const machineFiles: HostFiles = {
  readText: (path) => readText(path),
  readTextIfThere: (path) => ifThere(readText(path)),
  readBytes: (path) => whileOpen(path, MOST_BYTES, (file) => readDescriptor(file)),
  write,
  replace: async (path, content, options) => {
    // No process id: containers that share a folder may have equal ones.
    const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
    try {
      await write(beside, content, options);
      await fs.rename(beside, path);
    } catch (error) {
      await fs.rm(beside, { force: true });
      throw error;
    }
  },
  makeSparse: async (path, bytes) => {
    await fs.rm(path, { force: true });
    await fs.writeFile(path, '', { mode: 0o644 });
    await fs.truncate(path, bytes);
  },
  patch,
  createReadStream: (path) => createReadStream(path, { fd: openToRead(path), highWaterMark: 1024 * 1024 }),
  pieces: (path) => filePieces(openToRead(path)),
  sha256,
  digestFiles,
  digestTree,
  sync: async (path) => {
    await using file = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    await file.sync();
  },
  writePieces: async (path, source) => {
    await fs.mkdir(dirname(path), { recursive: true });
    await using file = await fs.open(path, 'w', 0o644);
    for await (const piece of source) await file.writeFile(piece);
  },
  writeStream: async (path, source) => {
    try {
      await pipeline(source, createWriteStream(path, { highWaterMark: 1024 * 1024 }));
    } catch (error) {
      await fs.rm(path, { force: true });
      throw error;
    }
  },
  makeFolder,
  list: async (path) => ((await ifThere(fs.readdir(path))) ?? []).sort(),
  status: async (path) => describeStats(await ifThere(fs.lstat(path))),
  realPath,
  symlink: (target, path) => fs.symlink(target, path),
  hardLink: (existing, path) => fs.link(existing, path),
  rename: (from, to) => fs.rename(from, to),
  copy: (from, to) => whileOpen(from, Infinity, (file) => fs.copyFile(`/proc/self/fd/${file}`, to, constants.COPYFILE_FICLONE)),
  copyRanges,
  remove: (path) => fs.rm(path, { recursive: true, force: true }),
  setMode: (path, mode) => fs.chmod(path, mode),
  setOwner: (path, uid, gid) => fs.lchown(path, uid, gid),
  setTime: (path, seconds) => fs.lutimes(path, seconds, seconds),
  openBytes: (path) => sourceOf(openToRead(path)),
  freeSpace: async (path) => {
    const { bavail, bsize } = await fs.statfs(path);
    return bavail * bsize;
  },
  temporaryFolder: (prefix) => fs.mkdtemp(prefix),
};

/** Node's own recursive mkdir loops forever below /proc, where nothing can be made although the parent exists. */
async function makeFolder(path: string): Promise<void> {
  const problem = await codeOf(fs.mkdir(path));
  if (problem === 'ENOENT' && dirname(path) !== path) {
    await makeFolder(dirname(path));
    // Another process may have been faster.
    const again = await codeOf(fs.mkdir(path));
    if (again === undefined || again === 'EEXIST') return;
  }
  if (problem === undefined || (problem === 'EEXIST' && (await fs.stat(path)).isDirectory())) return;
  await fs.mkdir(path);
}

/** realpath(3), also for missing paths. A dangling or looping link is its own path. */
async function realPath(path: string): Promise<string> {
  const found = await fs.realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) return undefined;
    throw error;
  });
  if (found !== undefined || dirname(path) === path) return found ?? path;
  return join(await realPath(dirname(path)), basename(path));
}

/** The error code of a call that fails; undefined if it succeeds. */
const codeOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, (error: NodeJS.ErrnoException) => error.code ?? 'unknown');

async function write(path: string, content: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  await makeFolder(dirname(path));
  await fs.writeFile(path, content);
  await fs.chmod(path, options.mode ?? 0o644);
}

async function patch(path: string, offset: number, content: Uint8Array): Promise<void> {
  await using file = await fs.open(path, 'r+');
  await writeWhole(file, content, offset);
}

async function writeWhole(file: fs.FileHandle, content: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < content.length;) {
    done += (await file.write(content, done, content.length - done, offset + done)).bytesWritten;
  }
}

/** Bytes. */
const PIECE = 1024 * 1024;

function copyRanges(from: string, to: string, ranges: readonly CopiedRange[]): Promise<void> {
  return whileOpen(from, Infinity, async (descriptor) => {
    await using source = await fs.open(`/proc/self/fd/${descriptor}`, 'r');
    await using target = await fs.open(to, constants.O_WRONLY | constants.O_CREAT, 0o644);
    const buffer = Buffer.allocUnsafeSlow(PIECE);
    for (const range of ranges) {
      for (let done = 0; done < range.length;) {
        const { bytesRead } = await source.read(buffer, 0, Math.min(PIECE, range.length - done), range.from + done);
        if (bytesRead === 0) throw new Error(`${from} ended after ${range.from + done} bytes while it was copied`);
        await writeWhole(target, buffer.subarray(0, bytesRead), range.to + done);
        done += bytesRead;
      }
    }
  });
}

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const readText = async (path: string): Promise<string> => (await whileOpen(path, MOST_TEXT, (file) => readDescriptor(file))).toString('utf8');

/** Works with an open plain file, and closes it. */
async function whileOpen<T>(path: string, most: number, work: (file: number) => Promise<T>): Promise<T> {
  const file = openToRead(path, most);
  try {
    return await work(file);
  } finally {
    closeSync(file);
  }
}
