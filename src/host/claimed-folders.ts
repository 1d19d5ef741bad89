import { closeSync, constants, fstatSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { flock } from './flock.ts';
import type { ClaimedFolder } from './port.ts';

/** The claimed folders of this process. */
export interface ClaimedFolders {
  /** `Host.claimFolder`. */
  claim(prefix: string): ClaimedFolder;
  /** Removes those that still exist. */
  close(): void;
}

/**
 * Folders in places that others use too, such as the output folder: each is locked by the process that made it. A lock
 * that can be taken therefore marks the folder of a killed process, whatever the process id, the PID namespace or the
 * container.
 */
export function openClaims(): ClaimedFolders {
  const own = new Set<ClaimedFolder>();
  return {
    claim: (prefix) => {
      removeAbandoned(prefix);
      const { path, lock } = makeLocked(prefix);
      const folder: ClaimedFolder = {
        path,
        remove: () => {
          if (!own.delete(folder)) return;
          rmSync(path, REMOVE);
          closeSync(lock);
        },
      };
      own.add(folder);
      return folder;
    },
    close: () => own.forEach((folder) => attempt(() => folder.remove())),
  };
}

/** Programs that are being ended may still write there. */
const REMOVE = { recursive: true, force: true, maxRetries: 3 } as const;

/** Another process may take a folder for abandoned before it is locked, and then removes it. */
const ATTEMPTS = 20;

function makeLocked(prefix: string): { readonly path: string; readonly lock: number } {
  for (let attempts = 1; ; attempts += 1) {
    const path = mkdtempSync(prefix);
    const lock = openFolder(path);
    // If the file system has no locks, nobody can take this folder for abandoned, so it is used without one.
    if (lock !== undefined && (flock(lock, 'exclusive', false) || attempts === ATTEMPTS) && fstatSync(lock).nlink > 0) return { path, lock };
    if (lock !== undefined) closeSync(lock);
    rmSync(path, REMOVE);
  }
}

/** The random part of names that mkdtemp(3) makes. */
const SUFFIX = /^[A-Za-z0-9]{6}$/;

/** Removes the folders of killed processes. What cannot be removed is left to the next process. */
function removeAbandoned(prefix: string): void {
  const start = basename(prefix);
  for (const name of attempt(() => readdirSync(dirname(prefix))) ?? []) {
    if (!name.startsWith(start) || !SUFFIX.test(name.slice(start.length))) continue;
    const path = join(dirname(prefix), name);
    const lock = openFolder(path);
    if (lock === undefined) continue;
    const isAbandoned = fstatSync(lock).uid === process.getuid?.() && flock(lock, 'exclusive', false);
    if (isAbandoned) attempt(() => rmSync(path, REMOVE));
    closeSync(lock);
  }
}

const openFolder = (path: string): number | undefined =>
  attempt(() => openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW));

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
