import { copyFile, link, mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { matches } from './glob.ts';
import type { Placed } from './layout.ts';
import type { Row } from './row.ts';
import type { Unpacked } from './unpack.ts';

/** Fills the build root of a row: files are moved out of the unpacked Debian packages, never copied. */
export async function fillRoot(
  root: string, row: Row, placed: readonly Placed[], unpacked: ReadonlyMap<string, Unpacked>,
): Promise<void> {
  await mkdir(root, { recursive: true });
  const made = new Set<string>();
  const makeFolder = async (folder: string) => {
    if (made.has(folder)) return;
    await mkdir(folder, { recursive: true });
    made.add(folder);
  };
  for (const { deb, entry, path } of placed) {
    const target = join(root, path);
    if (entry.kind === 'directory') await makeFolder(target);
    else {
      await makeFolder(dirname(target));
      await rename(join(unpacked.get(deb)?.folder ?? '', entry.path), target);
    }
  }
  await change(root, row);
  for (const [path, source] of Object.entries(row.copy ?? {})) {
    await makeFolder(dirname(join(root, path)));
    await copyFile(join(root, source), join(root, path));
  }
  for (const one of row.add ?? []) {
    const target = join(root, one.path);
    await makeFolder('directory' in one ? target : dirname(target));
    if ('text' in one) await writeFile(target, one.text);
    else if ('link' in one) await symlink(one.link, target);
    else if ('ghost' in one) await writeFile(target, '');
  }
  if (row.join !== undefined) await joinFiles(root, row.join);
}

/** Edits what the table says, and checks what it relies on. */
async function change(root: string, row: Row): Promise<void> {
  for (const [path, edits] of Object.entries(row.edit ?? {})) {
    let text = await readFile(join(root, path), 'utf8');
    for (const [from, to] of edits) {
      if (!text.includes(from)) throw new Error(`${row.name}: ${path} no longer holds "${from}"`);
      text = text.replaceAll(from, to);
    }
    await writeFile(join(root, path), text);
  }
  for (const [path, needed] of Object.entries(row.holds ?? {})) {
    if (!(await readFile(join(root, path))).includes(Buffer.from(needed, 'latin1'))) {
      throw new Error(`${row.name}: ${path} no longer holds "${needed}"`);
    }
  }
}

/** One file from many, in the order of their names; further targets are hard links to the first. */
async function joinFiles(root: string, { parts, targets }: NonNullable<Row['join']>): Promise<void> {
  const names = (await readdir(root, { recursive: true })).filter((name) => matches(name, parts)).sort();
  if (names.length === 0) throw new Error(`nothing matches ${parts}`);
  const texts = await Promise.all(names.map((name) => readFile(join(root, name), 'utf8')));
  const [first = '', ...others] = targets.map((target) => join(root, target));
  for (const target of [first, ...others]) await mkdir(dirname(target), { recursive: true });
  await writeFile(first, texts.map((text) => `${text.trimEnd()}\n`).join(''));
  for (const other of others) await link(first, other);
}
