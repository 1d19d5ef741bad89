import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

import type { HewError } from '../../../../src/errors.ts';
import { machineFiles } from '../../../../src/host/files.ts';
import { openRoot } from '../../../../src/host/inside/root-files.ts';
import { systemSchema } from '../../../../src/definition/schema/system.ts';
import type { Attributes, Command, Host, RootFiles, RunOptions } from '../../../../src/host/port.ts';
import type { Plan, PlannedFile, PlannedScript } from '../../../../src/plan/types.ts';
import { openSystem, type System } from '../../../../src/rootfs/system/context.ts';

export type Ran = Command & { readonly stdin: unknown };

export interface TestRoot {
  /** The folder around it all: `root` is the image, `definition` holds the definition. */
  readonly folder: string;
  readonly root: string;
  readonly ran: Ran[];
  readonly notices: string[];
  /** Owners that were set, by path in the image: these tests need not run as root. */
  readonly owners: Map<string, string>;
  readonly system: (settings?: object, more?: { files?: readonly PlannedFile[]; scripts?: readonly PlannedScript[] }) => System;
}

/** An image in a folder that goes with the test, and a host whose programs are these answers; files are real. */
export function testRoot(
  content: Readonly<Record<string, string>>,
  answer: (command: Command, options: RunOptions) => string = () => '',
): TestRoot {
  const folder = mkdtempSync(join(tmpdir(), 'hew-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, 'root');
  for (const name of ['etc', 'usr', 'run', 'tmp']) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(join(folder, 'definition'));
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const [ran, notices, owners]: [Ran[], string[], Map<string, string>] = [[], [], new Map()];
  const host = {
    paths: { cache: join(folder, 'cache'), work: folder, data: join(folder, 'data') },
    inside: (folder: string) => recordOwners(openRoot(folder), owners),
    fs: machineFiles,
    run: async (command: Command, options: RunOptions = {}) => {
      ran.push({ ...command, stdin: options.stdin });
      return { stdout: answer(command, options), stderr: '', status: 0 };
    },
    makeWorkFolder: async (name: string) => {
      mkdirSync(join(folder, name), { recursive: true });
      return join(folder, name);
    },
  } as unknown as Host;
  const system: TestRoot['system'] = (settings = {}, { files = [], scripts = [] } = {}) => {
    const plan = {
      image: { name: 'test', version: '1', file: join(folder, 'definition/test.toml') },
      configuration: { system: systemSchema.parse(settings), files, scripts },
      inputs: [...files, ...scripts].flatMap(({ source }) =>
        (source === undefined ? [] : [{ path: source, folder: join(folder, 'definition'), place: { file: 'test.toml' } }])),
      outputs: [],
      digest: `sha256:${'0'.repeat(64)}`,
    } as unknown as Plan;
    const target = { arch: 'x86_64', level: 'baseline' } as Plan['targets'][number];
    return openSystem(host, plan, { path: root, target }, 86_400 * 20_000, (message) => notices.push(message));
  };
  return { folder, root, ran, notices, owners, system };
}

/** What gives a file away only notes it. */
function recordOwners(files: RootFiles, owners: Map<string, string>): RootFiles {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const note = (path: string, { uid = 0, gid = 0 }: Partial<Attributes> = {}): void => void owners.set(path, `${uid}:${gid}`);
  return {
    ...files,
    setOwner: async (path, uid, gid) => note(path, { uid, gid }),
    write: async (path, content, attributes) => {
      note(path, attributes);
      await files.write(path, content, { ...attributes, ...own });
    },
    copy: async (from, to, attributes) => {
      note(to, attributes);
      await files.copy(from, to, { ...attributes, ...own });
    },
  };
}

/** The codes of what a promise is rejected with. */
export const codesOf = async (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(() => [], (error: unknown) => (error as HewError).problems.map(({ code }) => code));
