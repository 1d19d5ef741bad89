import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Folders of programs, including those that are not in an ordinary user's PATH. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Absolute path of a program below a root (`/` for this machine), or undefined. */
export function findProgram(name: string, root = '/'): string | undefined {
  const folders = root === '/' ? FOLDERS : FOLDERS.filter((folder) => folder.startsWith('/usr/'));
  return folders.map((folder) => join(root, folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
