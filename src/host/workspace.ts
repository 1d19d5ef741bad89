import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { HewError } from '../errors.ts';
import type { CacheSession } from './cache-session.ts';

/** Of the memory that is free now, the part that a workspace may fill; the rest is for the tools. */
const SHARE_OF_MEMORY = 0.75;

/** Room for what a package manager writes besides the files themselves: database, caches, scriptlets. */
const MARGIN_BYTES = 128 * 1024 * 1024;

/** The folders of one build. In memory where they fit; they end with hew's mount namespace. */
export interface Workspace {
  /** Bytes of memory that it may take. */
  readonly size: number;
  /** A new folder below the workspace, on disk when `bytes` do not fit into memory. Numbered where the name is taken. */
  makeFolder(name: string, bytes: number): string;
  /** Gives memory and disk back at once: what the workspace was mounted over is there again. */
  unmount(): void;
}

/**
 * Mounts the workspace at `work`. `HEW_WORKSPACE_SIZE` (as in tmpfs(5), e.g. `2G`) limits what it takes of the memory;
 * `HEW_WORKSPACE=disk` keeps roots out of memory, in a folder of the session, which ends with the process.
 */
export function mountWorkspace(
  work: string,
  session: Pick<CacheSession, 'makeFolder'>,
  env: Readonly<Record<string, string | undefined>>,
): Workspace {
  const size = env['HEW_WORKSPACE_SIZE'] ?? String(workspaceSize());
  mkdirSync(work, { recursive: true });
  mount('-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'hew', work);
  const { blocks, bsize: blockSize } = statfsSync(work);
  let onDisk: string | undefined;
  return {
    size: blocks * blockSize,
    makeFolder: (name, bytes) => {
      const folder = makeAnew(join(work, name));
      const { bavail, bsize } = statfsSync(work);
      if (env['HEW_WORKSPACE'] === 'disk' || bytes + MARGIN_BYTES > bavail * bsize) {
        if (env['HEW_WORKSPACE'] === 'memory') throw tooSmall(name, bytes, bavail * bsize);
        onDisk ??= session.makeFolder('roots');
        const real = join(onDisk, basename(folder));
        mkdirSync(real);
        mount('--bind', real, folder);
      }
      return folder;
    },
    unmount: () => {
      // What lies in it is detached with it, also where a program still holds a file.
      execFileSync('umount', ['--lazy', work], { stdio: 'pipe' });
      if (onDisk !== undefined) rmSync(onDisk, { recursive: true, force: true });
    },
  };
}

/** Bytes of a workspace where nobody says how large it is. */
export const workspaceSize = (): number => Math.floor(availableMemory() * SHARE_OF_MEMORY);

/** What another image of the same call left must not be taken for this one's. */
function makeAnew(path: string): string {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? path : `${path}.${number}`;
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Bytes, `MemAvailable` of proc_meminfo(5). */
const availableMemory = (): number =>
  Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;

const mount = (...args: string[]): void => {
  execFileSync('mount', args, { stdio: 'pipe' });
};

const tooSmall = (name: string, wanted: number, free: number): HewError =>
  new HewError({
    code: 'workspace-full',
    message: `${name} needs ${mib(wanted + MARGIN_BYTES)} MiB, and the workspace has ${mib(free)} MiB free`,
    hint: 'raise HEW_WORKSPACE_SIZE, or let it go to disk with HEW_WORKSPACE=disk',
  });

const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
