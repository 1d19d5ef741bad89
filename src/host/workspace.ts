import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { DefinitionError, HewError, type Problem } from '../errors.ts';
import { invalidSetting, readSetting, type Environment } from '../settings.ts';
import type { CacheSession } from './cache-session.ts';
import { makeFolderNow } from './make-folder.ts';
import { freeInControlGroups } from './memory-limit.ts';

/** Part of the free memory that a workspace may fill; the rest is for the tools. */
const SHARE_OF_MEMORY = 0.75;

/** Space for what a package manager writes besides the files: database, caches, scriptlets. */
const MARGIN_BYTES = 128 * 1024 * 1024;

/** The folders of one build, in memory if they fit; they end with hew's mount namespace. */
export interface Workspace {
  /** Bytes of memory that it may take. */
  readonly size: number;
  /** A new folder below the workspace, on disk if `bytes` do not fit into memory. Numbered if the name is taken. */
  makeFolder(name: string, bytes: number): string;
  /** Frees memory and disk at once, and uncovers what the workspace was mounted over. */
  unmount(): void;
}

/**
 * Mounts the workspace at `work`. `HEW_WORKSPACE_SIZE` limits its memory; `HEW_WORKSPACE=disk` puts roots on disk, in a
 * folder of the session, which ends with the process.
 */
export function mountWorkspace(
  work: string,
  session: Pick<CacheSession, 'makeFolder'>,
  env: Environment,
): Workspace {
  const size = askedSize(env) ?? workspaceSize();
  const place = readSetting(env, 'HEW_WORKSPACE');
  makeFolderNow(work);
  mount('-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'hew', work);
  const { blocks, bsize: blockSize } = statfsSync(work);
  let onDisk: string | undefined;
  return {
    size: blocks * blockSize,
    makeFolder: (name, bytes) => {
      const folder = makeAnew(join(work, name));
      const { bavail, bsize } = statfsSync(work);
      if (place === 'disk' || bytes + MARGIN_BYTES > bavail * bsize) {
        if (place === 'memory') throw tooSmall(name, bytes, bavail * bsize);
        onDisk ??= session.makeFolder('roots');
        const real = join(onDisk, basename(folder));
        mkdirSync(real);
        mount('--bind', real, folder);
      }
      return folder;
    },
    unmount: () => {
      // A lazy unmount works also while a program still holds a file.
      execFileSync('umount', ['--lazy', work], { stdio: 'pipe' });
      if (onDisk !== undefined) rmSync(onDisk, { recursive: true, force: true });
    },
  };
}

/** Bytes of a workspace of unknown size. */
export const workspaceSize = (): number => Math.floor(Math.min(memory('MemAvailable'), freeInControlGroups(readText) ?? Infinity) * SHARE_OF_MEMORY);

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Leftovers of another image of the same call must not be mixed with this one's. */
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

/** The value of HEW_WORKSPACE_SIZE. Throws `DefinitionError` for more than the machine has, which the kernel would accept. */
function askedSize(env: Environment): number | undefined {
  const size = readSetting(env, 'HEW_WORKSPACE_SIZE');
  const most = memory('MemTotal') + memory('SwapTotal');
  if (size === undefined || size <= most) return size;
  throw new DefinitionError(invalidSetting('HEW_WORKSPACE_SIZE', env['HEW_WORKSPACE_SIZE'] ?? '', `is more than the ${mib(most)} MiB of memory and swap`));
}

/** Bytes, a line of proc_meminfo(5). */
const memory = (name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;

function mount(...args: string[]): void {
  try {
    execFileSync('mount', args, { stdio: 'pipe' });
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: Buffer };
    const problem: Problem = { code: 'workspace', message: `the workspace cannot be mounted: ${stderr?.toString().trim() || message}` };
    throw new HewError({ ...problem, hint: 'set HEW_CACHE to a folder in which this user may mount' }, { cause: error });
  }
}

const tooSmall = (name: string, wanted: number, free: number): HewError =>
  new HewError({
    code: 'workspace-full',
    message: `${name} needs ${mib(wanted + MARGIN_BYTES)} MiB, and the workspace has ${mib(free)} MiB free`,
    hint: 'raise HEW_WORKSPACE_SIZE, or set HEW_WORKSPACE=disk',
  });

const mib = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
