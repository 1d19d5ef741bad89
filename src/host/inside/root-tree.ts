import { closeSync, constants, fstatSync, openSync, readSync, readdirSync, readlinkSync, type Dirent } from 'node:fs';

import type { FileTree, TreeEntry } from '../../file-tree.ts';
import type { ByteSource } from '../../byte-source.ts';

/** Bytes of each file that are read into the one buffer that all files share. */
const headBytes = 4096;

/** Milliseconds of work after which signals, timers and other work have their turn. */
const TURN = 100;

/**
 * A folder as a tree; every folder is entered through the descriptor of the one above. Synchronous inside: one thread
 * that opens, reads 4 KiB and closes is several times faster than a thread pool that passes promises around. A large
 * tree may take minutes: `checkpoint` is `Host.checkpoint`, and what it throws ends the visit.
 */
export const rootTree = (root: string, checkpoint = async (): Promise<void> => {}): FileTree => ({
  visit: async (visitor) => {
    const head = Buffer.allocUnsafeSlow(headBytes);
    const trail = new Trail(root);
    let began = performance.now();
    try {
      const folders = [''];
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        const at = trail.enter(folder);
        for (const found of at === undefined ? [undefined] : entriesOf(at)) {
          visitor(toEntry(folder, found, at ?? '', head));
          if (found?.isDirectory() === true) folders.push(`${folder}/${found.name}`);
          if (performance.now() - began < TURN) continue;
          await checkpoint();
          began = performance.now();
        }
      }
    } finally {
      trail.close();
    }
  },
});

/** Deeper nesting than any path has: such a folder is reported as unreadable. */
const MOST_FOLDERS = 512;

/** The open folders from the root to the current one. Names are bytes, as latin1. */
class Trail {
  readonly #root: number;
  readonly #open: { readonly name: string; readonly descriptor: number }[] = [];

  constructor(root: string) {
    this.#root = openSync(root, FOLDER);
  }

  /** Path of a folder of the root for the kernel, without links; undefined if it cannot be opened. */
  enter(folder: string): string | undefined {
    const names = folder.split('/').slice(1);
    let kept = 0;
    while (kept < names.length && this.#open[kept]?.name === names[kept]) kept += 1;
    for (const { descriptor } of this.#open.splice(kept)) closeSync(descriptor);
    for (const name of names.slice(kept)) {
      if (this.#open.length >= MOST_FOLDERS) return undefined;
      try {
        this.#open.push({ name, descriptor: openSync(forSystem(`${this.#place()}/${name}`), FOLDER) });
      } catch {
        return undefined;
      }
    }
    return this.#place();
  }

  close(): void {
    for (const { descriptor } of this.#open) closeSync(descriptor);
    closeSync(this.#root);
  }

  #place(): string {
    return `/proc/self/fd/${this.#open.at(-1)?.descriptor ?? this.#root}`;
  }
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

// File names are bytes, some not valid UTF-8. As latin1 every byte survives in a string; people see UTF-8.
const onlyAscii = /^[\0-\x7f]*$/;
const forSystem = (raw: string): string | Buffer => (onlyAscii.test(raw) ? raw : Buffer.from(raw, 'latin1'));
const forPeople = (raw: string): string => (onlyAscii.test(raw) ? raw : Buffer.from(raw, 'latin1').toString());

// A folder that vanished or may not be read is one unreadable entry; the walk continues.
const entriesOf = (at: string): readonly (Dirent | undefined)[] => {
  try {
    return readdirSync(at, { withFileTypes: true, encoding: 'latin1' });
  } catch {
    return [undefined];
  }
};

const toEntry = (folder: string, found: Dirent | undefined, at: string, head: Buffer): TreeEntry => {
  if (found === undefined) return { path: forPeople(folder) || '/', kind: 'unreadable' };
  const path = forPeople(`${folder}/${found.name}`);
  const raw = `${at}/${found.name}`;
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

// O_NONBLOCK and O_NOFOLLOW: whatever replaced the file since the folder was read must not block or redirect us.
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

  // Most files are not ELF files and are never asked for a status.
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
