import { closeSync, constants, fstatSync, futimesSync, lstatSync, mkdtempSync, openSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { basename } from 'node:path';

import { entryAt, reopen } from './walk.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Deeper nesting than any path has. */
const MOST_FOLDERS = 512;

/** As `RootFiles.sortEntries`. Names are bytes. */
export function sortEntries(root: string): void {
  const top = openSync(root, FOLDER);
  try {
    const before = fstatSync(top);
    // Inside the root, because a rename cannot leave a mount; removed at the end.
    const aside = basename(mkdtempSync(entryAt(top, '.order-')));
    const waiting = openSync(entryAt(top, aside), FOLDER);
    try {
      sortFolder(top, waiting, Buffer.from(aside), 0);
    } finally {
      closeSync(waiting);
      rmdirSync(entryAt(top, aside));
    }
    futimesSync(top, before.atimeMs / 1000, before.mtimeMs / 1000);
  } finally {
    closeSync(top);
  }
}

function sortFolder(folder: number, waiting: number, aside: Buffer, depth: number): void {
  const before = fstatSync(folder);
  const names = readdirSync(reopen(folder), { encoding: 'buffer' }).filter((name) => !name.equals(aside)).sort((a, b) => Buffer.compare(a, b));
  if (names.length > 1) {
    for (const name of names) renameSync(at(folder, name), at(waiting, name));
    for (const name of names) renameSync(at(waiting, name), at(folder, name));
    futimesSync(folder, before.atimeMs / 1000, before.mtimeMs / 1000);
  }
  if (depth >= MOST_FOLDERS) return;
  for (const name of names) {
    if (!lstatSync(at(folder, name)).isDirectory()) continue;
    const inner = openSync(at(folder, name), FOLDER);
    try {
      sortFolder(inner, waiting, aside, depth + 1);
    } finally {
      closeSync(inner);
    }
  }
}

const at = (folder: number, name: Buffer): Buffer => Buffer.concat([Buffer.from(entryAt(folder, '')), name]);
