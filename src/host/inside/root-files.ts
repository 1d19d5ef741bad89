import {
  chmodSync, closeSync, constants, copyFileSync, fchmodSync, fchownSync, lchownSync, linkSync, lutimesSync, mkdirSync, openSync,
  readdirSync, readlinkSync, renameSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { posix } from 'node:path';

import { HewError } from '../../errors.ts';
import { sourceOf, filePieces } from '../open-file.ts';
import { describeStats } from '../file-status.ts';
import type { Attributes, RootFiles } from '../port.ts';
import { openIfPlain, openPlain, readAll, READ_LIMIT, TEXT_LIMIT } from './open-plain.ts';
import { rootTree } from './root-tree.ts';
import { sortEntries } from './sort-entries.ts';
import { entryAt, reopen, walk, type Reached } from './walk.ts';

/**
 * `RootFiles` of a folder. Synchronous inside: a few system calls per file are several times faster than as many turns
 * through Node's thread pool, which a program of the image could also block. `checkpoint` is `Host.checkpoint`.
 */
export function openRoot(root: string, checkpoint = async (): Promise<void> => {}): RootFiles {
  const open = (path: string, options = {}): number => openPlain(root, path, options) ?? missing(path);
  const change = <T>(path: string, use: (found: Reached & { readonly entry: number }) => T): T =>
    walk(root, path, { follow: false }, (reached) => {
      const { entry } = reached;
      return entry === undefined ? missing(path) : use({ ...reached, entry });
    });
  return {
    root,
    status: async (path, { follow = false } = {}) => walk(root, path, { follow }, ({ stats }) => describeStats(stats)),
    read: async (path, { limit = READ_LIMIT, follow = true } = {}) => {
      const file = openPlain(root, path, { limit, follow });
      return file === undefined ? undefined : readAll(file, limit);
    },
    readText: async (path, { limit = TEXT_LIMIT, follow = true } = {}) => {
      const file = openPlain(root, path, { limit, follow });
      return file === undefined ? undefined : (await readAll(file, limit)).toString('utf8');
    },
    readIfPlain: async (path, limit) => {
      const file = openIfPlain(root, path, limit);
      return file === undefined ? undefined : readAll(file, limit);
    },
    openBytes: (path) => sourceOf(open(path)),
    pieces: (path) => filePieces(open(path)),
    list: async (path) => walk(root, path, { follow: true }, ({ entry, stats }) =>
      entry !== undefined && stats?.isDirectory() === true ? readdirSync(reopen(entry)).sort() : []),
    linkTarget: async (path) => walk(root, path, { follow: false }, ({ folder, name, stats }) =>
      stats?.isSymbolicLink() === true ? readlinkSync(entryAt(folder, name)) : undefined),
    resolve: async (path, { follow = true } = {}) => walk(root, path, { follow }, ({ parts }) => `/${parts.join('/')}`),
    locate: async (path, { follow = true } = {}) => walk(root, path, { follow }, ({ parts }) => posix.join(root, ...parts)),
    write: async (path, content, attributes = {}) =>
      place(root, path, (at) => make(at, { mode: 0o644, ...attributes }, (file) => writeFileSync(file, content))),
    writePieces: async (path, source) => {
      const file = place(root, path, (at) => openSync(at, NEW_FILE, 0o644));
      try {
        for await (const piece of source) writeFileSync(file, piece);
      } finally {
        closeSync(file);
      }
    },
    symlink: async (path, target) => place(root, path, (at) => symlinkSync(target, at)),
    makeFolder: async (path) => walk(root, path, { follow: true, make: true }, ({ folder, name, stats }) => {
      if (stats === undefined) mkdirSync(entryAt(folder, name), { mode: 0o755 });
      else if (!stats.isDirectory()) throw notAFolder(path);
    }),
    remove: async (path) => walk(root, path, { follow: false }, ({ folder, name, stats }) => {
      if (stats === undefined) return;
      if (name === '.') for (const below of namesIn(folder)) removeEntry(folder, below);
      else removeEntry(folder, name);
    }),
    rename: async (from, to) => change(from, (source) => place(root, to, (at) => renameSync(entryAt(source.folder, source.name), at))),
    copyIn: async (from, path, attributes) => copyTo(root, from, path, attributes),
    copy: async (from, to, attributes) => {
      const file = open(from);
      try {
        copyTo(root, reopen(file), to, attributes);
      } finally {
        closeSync(file);
      }
    },
    copyOut: async (path, to, options) => {
      const file = open(path, options);
      try {
        await copyFile(reopen(file), to, constants.COPYFILE_FICLONE);
      } finally {
        closeSync(file);
      }
    },
    linkOut: async (path, to) => {
      const file = open(path);
      try {
        await linkOrCopy(root, path, file, to);
      } finally {
        closeSync(file);
      }
    },
    setMode: async (path, mode) => change(path, ({ entry, stats }) => {
      if (stats?.isSymbolicLink() !== true) chmodSync(reopen(entry), mode);
    }),
    setOwner: async (path, uid, gid) => change(path, ({ folder, name }) => lchownSync(entryAt(folder, name), uid, gid)),
    setTime: async (path, seconds) => change(path, ({ folder, name }) => lutimesSync(entryAt(folder, name), seconds, seconds)),
    sortEntries: async () => sortEntries(root),
    tree: () => rootTree(root, checkpoint),
  };
}

/** Makes something new at a path: makes the folders above, and removes what is there unless it is a folder. */
const place = <T>(root: string, path: string, make: (at: string) => T): T =>
  walk(root, posix.dirname(posix.join('/', path)), { follow: true, make: true }, (above) => {
    const at = folderOf(above, path);
    const name = posix.basename(path);
    try {
      unlinkSync(entryAt(at.descriptor, name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EISDIR' || code === 'EPERM') throw isAFolder(path);
      if (code !== 'ENOENT') throw error;
    }
    try {
      return make(entryAt(at.descriptor, name));
    } finally {
      if (at.isOwn) closeSync(at.descriptor);
    }
  });

const copyTo = (root: string, from: string, path: string, attributes: Attributes): void =>
  place(root, path, (at) => make(at, attributes, (file) => copyFileSync(from, reopen(file), constants.COPYFILE_FICLONE)));

/** Makes a new file, fills it, and sets its owner and mode. */
function make(at: string, { mode, uid = 0, gid = 0 }: Attributes, fill: (file: number) => void): void {
  const file = openSync(at, NEW_FILE, 0o600);
  try {
    fill(file);
    // Sets the owner first: a change of owner clears set-user-ID bits.
    fchownSync(file, uid, gid);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

/** A descriptor of the folder that a walk reached, made if nothing was there. */
function folderOf({ folder, name, entry, stats }: Reached, path: string): { readonly descriptor: number; readonly isOwn: boolean } {
  if (entry !== undefined) {
    if (stats?.isDirectory() !== true) throw notAFolder(posix.dirname(path));
    return { descriptor: entry, isOwn: false };
  }
  mkdirSync(entryAt(folder, name), { mode: 0o755 });
  return { descriptor: openSync(entryAt(folder, name), FOLDER), isOwn: true };
}

/** open(2): a new file, never through a link. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

const namesIn = (folder: number): readonly Buffer[] => readdirSync(reopen(folder), { encoding: 'buffer' });

/** Removes a file, or a folder with all below it; enters each folder through its own descriptor. */
function removeEntry(folder: number, name: string | Buffer): void {
  const at = typeof name === 'string' ? entryAt(folder, name) : Buffer.concat([Buffer.from(entryAt(folder, '')), name]);
  try {
    unlinkSync(at);
    return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EISDIR' && code !== 'EPERM') throw error;
  }
  const inner = openSync(at, FOLDER);
  try {
    for (const below of namesIn(inner)) removeEntry(inner, below);
  } finally {
    closeSync(inner);
  }
  rmdirSync(at);
}

/** A second name must be one of the file that was opened; otherwise it is removed and a copy is made. */
async function linkOrCopy(root: string, path: string, file: number, to: string): Promise<void> {
  const isLinked = walk(root, path, { follow: true }, ({ folder, name, stats }) => {
    if (stats?.isFile() !== true) return false;
    try {
      linkSync(entryAt(folder, name), to);
      return true;
    } catch (error) {
      // EXDEV: another file system; EMLINK, EPERM: no further names, or not of this file.
      if (['EXDEV', 'EMLINK', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
  if (!isLinked) await copyFile(reopen(file), to, constants.COPYFILE_FICLONE);
}

const missing = (path: string): never => {
  throw new HewError({ code: 'not-in-image', message: `${path} is not in the image`, hint: 'look at the root with --keep-root' });
};

const isAFolder = (path: string): HewError =>
  new HewError({ code: 'is-a-folder', message: `${path} is a folder in the image, so no file or link can be written there`, hint: 'choose another path, or remove the folder' });

const notAFolder = (path: string): HewError =>
  new HewError({ code: 'not-a-folder', message: `${path} of the image is not a folder`, hint: 'a package or a script made it; look at it with --keep-root' });
