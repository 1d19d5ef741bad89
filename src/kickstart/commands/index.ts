import { installerCommands } from './installer.ts';
import type { CommandRow } from './row.ts';
import { sourceCommands } from './sources.ts';
import { storageCommands } from './storage.ts';
import { systemCommands } from './system.ts';

/** Every command of pykickstart, past and present: https://pykickstart.readthedocs.io/en/latest/kickstart-docs.html */
export const commandTable: readonly CommandRow[] = [
  ...sourceCommands,
  ...systemCommands,
  ...storageCommands,
  ...installerCommands,
];

const byName: ReadonlyMap<string, CommandRow> = new Map(
  commandTable.flatMap((row) => row.names.map((name) => [name, row] as const)),
);

/** The row of a command by any of its names. */
export const findCommand = (name: string): CommandRow | undefined => byName.get(name);

export const commandNames: readonly string[] = [...byName.keys()];
