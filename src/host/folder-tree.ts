import { closeSync, constants, fstatSync, openSync, readSync, readdirSync, readlinkSync, type Dirent } from 'node:fs';
import type { FileTree, TreeEntry } from '../file-tree.ts';
import type { ByteSource } from './port.ts';

/** How much of each file is read into the one buffer that all files share. */
const headBytes = 4096;

/**
 * A folder as a tree. Synchronous inside: one thread that opens, reads 4 KiB and closes is several times faster than
 * a pool of threads that pass promises around.
 */
export const folderTree = (root: string): FileTree => ({
  visit: (visitor) => {
    const place: Place = { root: Buffer.from(root).toString('latin1'), head: Buffer.allocUnsafeSlow(headBytes) };
    const folders = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const found of entriesOf(place, folder)) {
        visitor(toEntry(place, folder, found));
        if (found?.isDirectory() === true) folders.push(`${folder}/${found.name}`);
      }
    }
    return Promise.resolve();
  },
});

interface Place {
  readonly root: string;
  /** Shared by all files, one at a time. */
  readonly head: Buffer;
}

// File names are bytes, and some are not UTF-8. As latin1 every byte survives in a string; people get to see UTF-8.
const onlyAscii = /^[\0-\x7f]*$/;
const forSystem = (raw: string): string | Buffer => (onlyAscii.test(raw) ? raw : Buffer.from(raw, 'latin1'));
const forPeople = (raw: string): string => (onlyAscii.test(raw) ? raw : Buffer.from(raw, 'latin1').toString());

// A folder that vanished or may not be read is one unreadable entry, not the end of the walk.
const entriesOf = ({ root }: Place, folder: string): readonly (Dirent | undefined)[] => {
  try {
    return readdirSync(forSystem(`${root}${folder}/`), { withFileTypes: true, encoding: 'latin1' });
  } catch {
    return [undefined];
  }
};

const toEntry = ({ root, head }: Place, folder: string, found: Dirent | undefined): TreeEntry => {
  if (found === undefined) return { path: forPeople(folder) || '/', kind: 'unreadable' };
  const path = forPeople(`${folder}/${found.name}`);
  const raw = `${root}${folder}/${found.name}`;
  if (found.isFile()) return { path, kind: 'file', open: () => openFile(forSystem(raw), head) };
  if (found.isDirectory()) return { path, kind: 'directory' };
  if (found.isSymbolicLink()) return linkEntry(path, forSystem(raw));
  return { path, kind: specialKind(found) };
};

const linkEntry = (path: string, place: string | Buffer): TreeEntry => {
  try {
    return { path, kind: 'symlink', target: readlinkSync(place) };
  } catch {
    return { path, kind: 'unreadable' };
  }
};

const specialKind = (found: Dirent): 'fifo' | 'socket' | 'device' | 'other' => {
  if (found.isFIFO()) return 'fifo';
  if (found.isSocket()) return 'socket';
  return found.isBlockDevice() || found.isCharacterDevice() ? 'device' : 'other';
};

// O_NONBLOCK and O_NOFOLLOW: whatever took the file's place since the folder was read must not hold or lead us astray.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

const openFile = (path: string | Buffer, head: Buffer): ByteSource | undefined => {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, flags);
    return new OpenFile(descriptor, head);
  } catch {
    if (descriptor !== undefined) closeSync(descriptor);
    return undefined;
  }
};

class OpenFile implements ByteSource {
  readonly #descriptor: number;
  readonly #head: Buffer;
  readonly #filled: number;
  #size: number | undefined;

  constructor(descriptor: number, head: Buffer) {
    this.#descriptor = descriptor;
    this.#head = head;
    this.#filled = readSync(descriptor, head, 0, headBytes, 0);
  }

  // Most files are not ELF files and are never asked.
  get size(): number {
    this.#size ??= this.#filled < headBytes ? this.#filled : fstatSync(this.#descriptor).size;
    return this.#size;
  }

  read(offset: number, length: number): Uint8Array {
    if (offset + length <= headBytes || this.#filled < headBytes) {
      return this.#head.subarray(Math.min(offset, this.#filled), Math.min(offset + length, this.#filled));
    }
    const bytes = new Uint8Array(length);
    try {
      return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, offset));
    } catch {
      return bytes.subarray(0, 0);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
