import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { machineFiles } from '../../src/host/files.ts';
import { openRoot } from '../../src/host/inside/root-files.ts';
import type { Command, Host } from '../../src/host/port.ts';

export interface HostileRoot {
  /** The root of an image, with a folder of the machine beside it. */
  readonly root: string;
  readonly machine: string;
  /** Real files; programs do what the test says. */
  readonly host: Host;
  /** Files of the machine with their content, by path below its folder. */
  content(): Readonly<Record<string, string>>;
  remove(): void;
}

/** A root with these files, and links as `{link: target}`; `MACHINE` in a target is the folder of the machine. */
export function hostileRoot(
  entries: Readonly<Record<string, string | { readonly link: string }>>,
  run: (command: Command) => string = () => '',
): HostileRoot {
  const folder = mkdtempSync(join(tmpdir(), 'hew-hostile-'));
  const [root, machine] = [join(folder, 'root'), join(folder, 'machine')];
  for (const path of [root, machine]) mkdirSync(path);
  writeFileSync(join(machine, 'secret'), 'of the machine');
  for (const [path, value] of Object.entries(entries)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (typeof value === 'string') writeFileSync(join(root, path), value);
    else symlinkSync(value.link.replace('MACHINE', machine), join(root, path));
  }
  let made = 0;
  const host = {
    paths: { work: folder },
    fs: machineFiles,
    inside: openRoot,
    run: async (command: Command) => ({ stdout: run(command), stderr: '', status: 0 }),
    makeWorkFolder: async (name: string) => {
      const path = join(folder, 'work', `${name}-${(made += 1)}`);
      mkdirSync(path, { recursive: true });
      return path;
    },
  } as unknown as Host;
  return { root, machine, host, content: () => contentOf(machine), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries((readdirSync(folder, { recursive: true }) as string[]).map((name) =>
    [name, lstatSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), 'utf8') : '/']));
