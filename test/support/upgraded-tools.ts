import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { findTree, treeName, treePath } from '../../src/host/tools-tree.ts';
import type { ToolPackage } from '../../src/host/port.ts';
import { preparedCache } from './checkout.ts';

/** A tools tree of a cache folder of its own, whose programs tests may replace. */
export interface OwnTools {
  /** Replaces a program by another build of it, as a distribution that rebuilds its package does. */
  rebuild(program: string): void;
  /** Does so by a package of another version, as `hew tools install` does in a new tree. */
  upgrade(program: string, debian: string, version: string): void;
}

/** Puts a copy of the tools tree into a cache folder in place of the link to it. */
export function ownTools(cache: string): OwnTools {
  const tree = findTree(preparedCache());
  if (tree === undefined) throw new Error('there is no tools tree');
  const tools = join(cache, 'tools');
  rmSync(tools, { force: true });
  mkdirSync(tools);
  let at = join(tools, tree.name);
  // Second names of its files: what is replaced is removed first, never written to.
  execFileSync('cp', ['--archive', '--link', tree.root, at]);
  symlinkSync(tree.name, treePath(cache));
  const rebuild = (program: string): void => {
    const path = join(at, 'usr/bin', program);
    const other = `${path}.new`;
    copyFileSync(path, other);
    // Bytes behind the end of an ELF file change nothing of what it does.
    appendFileSync(other, 'rebuilt');
    renameSync(other, path);
  };
  return {
    rebuild,
    upgrade: (program, debian, version) => {
      rebuild(program);
      const record = join(at, 'hew-tools.json');
      const description = JSON.parse(readFileSync(record, 'utf8')) as { contains: readonly ToolPackage[] };
      const contains = description.contains.map((one) => (one.name === debian ? { ...one, version } : one));
      unlinkSync(record);
      writeFileSync(record, JSON.stringify({ ...description, contains }));
      const now = join(dirname(at), treeName(contains));
      renameSync(at, now);
      at = now;
      rmSync(treePath(cache));
      symlinkSync(basename(now), treePath(cache));
    },
  };
}
