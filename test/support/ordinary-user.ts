import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll } from 'vitest';

import { hostPaths } from '../../src/host/paths.ts';
import { treePath } from '../../src/host/tools-tree.ts';
import { CHECKOUT, preparedCache, runningParts } from './checkout.ts';
import type { HewOptions } from './hew.ts';

const quiet = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Copies what the built hew needs to run, for anybody to read. */
export function copyHew(folder: string): void {
  for (const part of runningParts()) {
    mkdirSync(join(folder, dirname(part)), { recursive: true });
    quiet('cp', '-rH', '--reflink=auto', '--preserve=links', join(CHECKOUT, part), join(folder, part));
  }
  quiet('chmod', '-R', 'a+rX', folder);
}

export interface OrdinaryUser {
  readonly name: string;
  /** A folder of theirs, which anybody may read. */
  readonly home: string;
  /** Makes a folder of theirs. */
  makeFolder(path: string): void;
  /** Runs hew as this user, with a cache of their own; `before` is put in front. */
  options(before?: readonly string[]): HewOptions;
}

/**
 * Makes a user with these subordinate ids and what they need to run hew: a copy of the checkout and of the tools tree
 * that they may read. Gone after the tests of one file, which have to run as root.
 */
export function makeOrdinaryUser(name: string, firstId: number): OrdinaryUser {
  const home = mkdtempSync(`/var/tmp/${name}-`);
  const removeUser = (): void => {
    try {
      quiet('userdel', '--force', name);
    } catch {
      // It was not there.
    }
  };
  removeUser();
  afterAll(() => {
    removeUser();
    rmSync(home, { recursive: true, force: true });
  });
  const ids = `${firstId}-${firstId + 65_535}`;
  quiet('useradd', '--no-create-home', '--home-dir', home, name);
  quiet('usermod', '--add-subuids', ids, '--add-subgids', ids, name);
  chmodSync(home, 0o755);
  copyHew(join(home, 'hew'));
  const cache = join(home, 'cache');
  mkdirSync(join(cache, 'tools'), { recursive: true });
  // The link that finds the tree, and the tree.
  const tree = treePath(hostPaths().cache);
  quiet('cp', '-a', '--link', join(preparedCache(), 'tools', basename(tree)), realpathSync(tree), join(cache, 'tools'));
  quiet('chown', name, home, cache, join(cache, 'tools'));
  return {
    name,
    home,
    makeFolder: (path) => {
      mkdirSync(path, { recursive: true });
      quiet('chown', name, path);
    },
    options: (before = []) => ({
      program: join(home, 'hew/bin/run.js'),
      before: [...before, 'runuser', '-u', name, '--'],
      env: { HOME: home, HEW_CACHE: cache },
    }),
  };
}
