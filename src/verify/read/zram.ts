import { posix } from 'node:path';

import type { FileFact } from '../facts.ts';
import { INTERESTS } from '../gather/interest.ts';
import { filesOf, type Files } from './files.ts';

/** Folders of its settings by precedence: zram-generator.conf(5). */
const FOLDERS = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

/** The files that zram-generator reads: for each name the first. */
export function zramFiles(root: Files): readonly FileFact[] {
  const files = filesOf(root, INTERESTS.zram);
  const effective = new Map<string, FileFact>();
  for (const folder of FOLDERS) {
    for (const file of files) {
      const name = posix.relative(folder, file.path);
      if (!name.startsWith('../') && !effective.has(name)) effective.set(name, file);
    }
  }
  return [...effective.values()];
}
